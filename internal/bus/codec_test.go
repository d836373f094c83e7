package bus

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"parley/internal/chat"
)

var update = flag.Bool("update", false, "write the golden file anew")

// fill returns every field of a value something that is not zero, each something else.
func fill(v reflect.Value, next *int64) {
	*next++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), next)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_000 + *next).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), next)
		fill(v.Index(1), next)
	case reflect.Map: // with one entry: the order of more is nobody's
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, next)
		fill(value, next)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(*next + 1_000_000)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int:
		v.SetInt(*next%100 + 1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*next%100 + 1))
	default:
		panic("bus: a notice with a " + v.Kind().String())
	}
}

// full is a notice of each kind, with nothing left empty.
func full() map[string]chat.Notice {
	all := map[string]chat.Notice{}
	next := int64(0)
	kinds := reflect.TypeFor[chat.Notice]()
	for i := range kinds.NumField() {
		var n chat.Notice
		fill(reflect.ValueOf(&n).Elem().FieldByName("No"), &next)
		if kinds.Field(i).Name == "No" {
			continue
		}
		fill(reflect.ValueOf(&n).Elem().Field(i), &next)
		all[kinds.Field(i).Name] = n
	}
	return all
}

// TestEveryFieldIsCarried: what is added to a notice must be given a number.
func TestEveryFieldIsCarried(t *testing.T) {
	for kind, n := range full() {
		e, err := decodeNotice(string(encodeNotice("me", &n)))
		if err != nil || e.From != "me" {
			t.Errorf("%s: %q %v", kind, e.From, err)
		}
		if diff := cmp.Diff(n, e.Notice); diff != "" {
			t.Errorf("%s (-sent +received):\n%s", kind, diff)
		}
	}
}

// TestGolden freezes what is written: other versions read it. A number may be added, and
// none may change.
func TestGolden(t *testing.T) {
	path := filepath.Join("testdata", "notices.golden")
	var b strings.Builder
	kinds := full()
	for i := range reflect.TypeFor[chat.Notice]().NumField() {
		if n, ok := kinds[reflect.TypeFor[chat.Notice]().Field(i).Name]; ok {
			fmt.Fprintf(&b, "%s %x\n", reflect.TypeFor[chat.Notice]().Field(i).Name, encodeNotice("me", &n))
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("what is written has changed; if only numbers were added, run the test with -update (-golden +now):\n%s", diff)
	}
}

// TestOtherVersions: what a newer version adds is passed over, what it says in another
// format is not taken for something.
func TestOtherVersions(t *testing.T) {
	n := chat.Notice{Beat: &chat.Beat{Node: 7, Name: "n"}}
	text := encodeNotice("me", &n)
	newer := protowire.AppendString(protowire.AppendTag(text, 99, protowire.BytesType), "something")
	newer = protowire.AppendFixed64(protowire.AppendTag(newer, 98, protowire.Fixed64Type), 1)
	newer = protowire.AppendVarint(protowire.AppendTag(newer, 97, protowire.VarintType), 1)
	if e, err := decodeNotice(string(newer)); err != nil || !cmp.Equal(e.Notice, n) {
		t.Errorf("%+v %v", e, err)
	}
	bare := chat.Notice{No: 7}
	if e, err := decodeNotice(string(encodeNotice("me", &bare))); err != nil || !cmp.Equal(e.Notice, bare) {
		t.Errorf("of nothing but a number: %+v %v", e, err)
	}
	kind := protowire.AppendString(protowire.AppendTag([]byte{format}, 99, protowire.BytesType), "a new kind")
	numbered := protowire.AppendString(protowire.AppendTag(encodeNotice("me", &bare), 99, protowire.BytesType), "a new kind")
	for other, want := range map[string]error{
		string(numbered): errUnknownNotice,
		"":               errFormat, "\x02" + string(text[1:]): errFormat, `{"v":1}`: errFormat, string(kind): errUnknownNotice,
	} {
		if _, err := decodeNotice(other); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", other, err, want)
		}
	}
	for cut := 1; cut < len(text); cut++ {
		if _, err := decodeNotice(string(text[:cut])); err == nil {
			t.Errorf("%d of %d bytes are taken for a notice", cut, len(text))
		}
	}
	if _, err := decodeNotice(string(make([]byte, 2*MaxNotice+1))); err == nil {
		t.Error("a notice of any length is read")
	}
}

func FuzzDecodeNotice(f *testing.F) {
	for _, n := range full() {
		f.Add(string(encodeNotice("me", &n)))
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := decodeNotice(text)
		if err != nil {
			return
		}
		again, err := decodeNotice(string(encodeNotice(e.From, &e.Notice)))
		if err != nil || !cmp.Equal(again, e) {
			t.Errorf("%+v became %+v (%v)", e, again, err)
		}
	})
}

// BenchmarkNotice writes and reads the notice of one message; json is what a library makes
// of the same struct.
func BenchmarkNotice(b *testing.B) {
	n := chat.Notice{Messages: &chat.Messages{
		Conv: chat.Conv{ID: 5, Kind: chat.Direct, Lo: 1, Hi: 2}, Version: 2,
		Messages: []chat.Message{{Conv: 5, Seq: 8, Sender: 1, Device: 4, SendSeq: 6, SentAt: time.Now().UTC(), Body: strings.Repeat("x", 100)}},
		From:     map[chat.UserID]string{1: "ann"}, Devices: map[chat.DeviceID]string{4: "phone"},
	}}
	b.Run("fields", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decodeNotice(string(encodeNotice("0123456789abcdef", &n))); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text, err := json.Marshal(&n)
			if err == nil {
				var back chat.Notice
				err = json.Unmarshal(text, &back)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
