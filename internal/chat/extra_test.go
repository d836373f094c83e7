package chat

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"parley/wire"
)

var update = flag.Bool("update", false, "write the golden file anew")

// goldenExtras are one of each kind.
var goldenExtras = []struct {
	name  string
	extra *Extra
}{
	{"nothing", nil},
	{"reply", &Extra{ReplyTo: 1 << 40}},
	{"mentions", &Extra{Mentions: Mentions{Users: []UserID{1, 300, 1 << 53}}}},
	{"all", &Extra{Mentions: Mentions{All: true}}},
	{"everything", &Extra{ReplyTo: 7, Mentions: Mentions{Users: []UserID{2}, All: true}}},
}

// TestExtraGolden freezes what is kept: databases, segments and other versions have it. A number
// may be added, and none may change.
func TestExtraGolden(t *testing.T) {
	path := filepath.Join("testdata", "extra.golden")
	var b strings.Builder
	for _, g := range goldenExtras {
		fmt.Fprintf(&b, "%s %x\n", g.name, string(g.extra.Pack()))
		if diff := cmp.Diff(g.extra, g.extra.Pack().Extra()); diff != "" {
			t.Errorf("%s (-packed +unpacked):\n%s", g.name, diff)
		}
	}
	fmt.Fprintf(&b, "nobody %x\n", string((&Mentions{}).Pack()))
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
		t.Errorf("what is kept has changed; if only numbers were added, run the test with -update (-golden +now):\n%s", diff)
	}
}

// TestExtraOfALaterVersion: what this version does not know is passed over.
func TestExtraOfALaterVersion(t *testing.T) {
	e := goldenExtras[4].extra
	b := protowire.AppendTag([]byte(e.Pack()), extraFiles, protowire.BytesType)
	b = protowire.AppendBytes(b, []byte{1, 2, 3})
	b = protowire.AppendFixed64(protowire.AppendTag(b, 98, protowire.Fixed64Type), 1)
	b = protowire.AppendVarint(protowire.AppendTag(b, 97, protowire.VarintType), 1)
	if diff := cmp.Diff(e, Packed(b).Extra()); diff != "" {
		t.Error(diff)
	}
	files := protowire.AppendBytes(protowire.AppendTag(nil, extraFiles, protowire.BytesType), []byte("files"))
	if got := Packed(files).Extra(); got != nil {
		t.Errorf("%+v", got)
	}
	if m := (&Mentions{}).Pack().Mentions(); m == nil || !m.Nobody() {
		t.Errorf("%+v", m)
	}
	if m := Packed("").Mentions(); m != nil {
		t.Errorf("%+v", m)
	}
}

// TestExtraSurvives: all that can be packed is unpacked again, and bytes of any kind harm nobody.
func TestExtraSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &Extra{ReplyTo: rapid.Int64Range(0, wire.MaxInteger).Draw(t, "reply"), Mentions: Mentions{All: rapid.Bool().Draw(t, "all")}}
		for _, u := range rapid.SliceOfN(rapid.Int64Range(1, wire.MaxInteger), 0, wire.MaxMentions).Draw(t, "users") {
			e.Mentions.Users = append(e.Mentions.Users, UserID(u))
		}
		want := e
		if e.ReplyTo == 0 && e.Mentions.Nobody() {
			want = nil
		}
		p := e.Pack()
		if diff := cmp.Diff(want, p.Extra()); diff != "" {
			t.Fatal(diff)
		}
		Packed(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")).Extra()
		p[:rapid.IntRange(0, len(p)).Draw(t, "cut")].Extra()
	})
}

func TestCheckExtra(t *testing.T) {
	if e, err := CheckExtra(&Extra{Mentions: Mentions{Users: []UserID{0, 3, 3, 2, 3}}}); err != nil || !slices.Equal(e.Mentions.Users, []UserID{3, 2}) {
		t.Errorf("%+v %v", e, err)
	}
	for _, none := range []*Extra{nil, {}, {Mentions: Mentions{Users: []UserID{0}}}} {
		if e, err := CheckExtra(none); e != nil || err != nil {
			t.Errorf("%+v: %+v %v", none, e, err)
		}
	}
	many := make([]UserID, wire.MaxMentions+1)
	for i := range many {
		many[i] = UserID(i + 1)
	}
	for _, bad := range []*Extra{{ReplyTo: -1}, {Mentions: Mentions{Users: many}}} {
		if _, err := CheckExtra(bad); !hasCode(err, wire.BadField) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if e, err := CheckExtra(&Extra{Mentions: Mentions{Users: many[1:]}}); err != nil || len(e.Mentions.Users) != wire.MaxMentions {
		t.Errorf("%+v %v", e, err)
	}
}

func TestExtraAfterChanges(t *testing.T) {
	sent := &Extra{ReplyTo: 3, Mentions: Mentions{Users: []UserID{2}}}
	now := time.Now()
	for _, x := range []struct {
		state *State
		want  *Extra
	}{
		{nil, sent},
		{&State{EditedAt: now}, sent},
		{&State{RecalledAt: now}, nil},
		{&State{EditedAt: now, Mentions: &Mentions{}}, &Extra{ReplyTo: 3}},
		{&State{EditedAt: now, Mentions: &Mentions{All: true}}, &Extra{ReplyTo: 3, Mentions: Mentions{All: true}}},
	} {
		if diff := cmp.Diff(x.want, sent.Present(x.state)); diff != "" {
			t.Errorf("%+v:\n%s", x.state, diff)
		}
	}
	var plain *Extra
	if got := plain.Present(&State{EditedAt: now, Mentions: &Mentions{Users: []UserID{4}}}); got == nil || got.Mentions.Users[0] != 4 {
		t.Errorf("%+v", got)
	}
	if got := plain.Present(&State{EditedAt: now, Mentions: &Mentions{}}); got != nil {
		t.Errorf("%+v", got)
	}
}
