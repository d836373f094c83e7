package blobs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// place is a Storage under test, with a way to begin a Put that never ends.
type place struct {
	Storage
	abandon func(name string) error
}

// places open an empty Storage of each kind.
var places = map[string]func(*testing.T) place{
	"folder": func(t *testing.T) place {
		s, dir := openFolder(t)
		return place{s, func(name string) error {
			at := filepath.Join(dir, filepath.Dir(filepath.FromSlash(name)))
			return errors.Join(os.MkdirAll(at, 0o700), os.WriteFile(filepath.Join(at, partPrefix+"left"), []byte("half"), 0o600))
		}}
	},
	"bucket": func(t *testing.T) place {
		b, _ := openFake(t)
		return place{b, func(name string) error { return abandonUpload(t.Context(), b, name) }}
	},
}

// TestContract holds every kind of Storage to what the interface says.
func TestContract(t *testing.T) {
	for kind, open := range places {
		for name, test := range map[string]func(*testing.T, place){
			"put and get": putAndGet, "long files": longFiles, "ranges": ranges, "names": names, "list": list, "delete": deletes,
			"a source that fails": failingSources, "cut off": cutOff, "replaced": replaced, "clean": clean,
		} {
			t.Run(kind+"/"+name, func(t *testing.T) { test(t, open(t)) })
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, s Storage, name, text string) {
	t.Helper()
	must(t, s.Put(t.Context(), name, strings.NewReader(text)))
}

// holds compares a file with what it should be.
func holds(t *testing.T, s Storage, name, want string) {
	t.Helper()
	if got, err := ReadAll(t.Context(), s, name); err != nil || string(got) != want {
		t.Errorf("%s holds %.40q (%d bytes), %v; want %.40q (%d bytes)", name, got, len(got), err, want, len(want))
	}
}

func missing(t *testing.T, s Storage, name string) {
	t.Helper()
	for _, n := range []int64{-1, 0, 10} {
		r, err := s.Get(t.Context(), name, 0, n)
		if err == nil {
			r.Close()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d bytes of %q, which is not there: %v", n, name, err)
		}
	}
}

// listed returns the names of a listing, sorted.
func listed(t *testing.T, s Storage, prefix string) []string {
	t.Helper()
	var all []string
	must(t, s.List(t.Context(), prefix, func(e Entry) error { all = append(all, e.Name); return nil }))
	slices.Sort(all)
	return all
}

// bare hides how long a reader is.
type bare struct{ io.Reader }

func putAndGet(t *testing.T, s place) {
	missing(t, s, "a/b")
	for _, text := range []string{"one", "", "another one"} {
		put(t, s, "a/b", text)
		holds(t, s, "a/b", text)
	}
	put(t, s, "a/c", "c")
	holds(t, s, "a/b", "another one")
}

func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b) // it never fails
	return string(b)
}

func longFiles(t *testing.T, s place) {
	for _, n := range []int{pieceBytes - 1, pieceBytes, pieceBytes + 1, 2*pieceBytes + 12345} {
		text := noise(n)
		must(t, s.Put(t.Context(), "long", bare{strings.NewReader(text)}))
		if got, err := ReadAll(t.Context(), s, "long"); err != nil || string(got) != text {
			t.Errorf("of %d bytes %d came back, or others: %v", n, len(got), err)
		}
	}
}

func ranges(t *testing.T, s place) {
	put(t, s, "digits", "0123456789")
	put(t, s, "empty", "")
	for _, c := range []struct {
		name    string
		from, n int64
		want    string
	}{
		{"digits", 0, -1, "0123456789"},
		{"digits", 3, -1, "3456789"},
		{"digits", 0, 4, "0123"},
		{"digits", 9, 1, "9"},
		{"digits", 3, 4, "3456"},
		{"digits", 8, 4, "89"},
		{"digits", 5, 0, ""},
		{"digits", 10, -1, ""},
		{"digits", 10, 3, ""},
		{"digits", 99, 3, ""},
		{"empty", 0, -1, ""},
		{"empty", 0, 7, ""},
	} {
		r, err := s.Get(t.Context(), c.name, c.from, c.n)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		got, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || string(got) != c.want {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
	if _, err := s.Get(t.Context(), "digits", -1, 4); err == nil {
		t.Error("a range that begins before the file")
	}
}

func names(t *testing.T, s place) {
	for _, bad := range []string{"", ".", "/x", "../x", "a/../../x", "a/../b", "a//b", "a/", ".part-x", "a/.part-x", "\xff"} {
		if err := s.Put(t.Context(), bad, strings.NewReader("x")); err == nil {
			t.Errorf("%q was put", bad)
		}
		if _, err := s.Get(t.Context(), bad, 0, -1); err == nil {
			t.Errorf("%q was read", bad)
		}
		if err := s.Delete(t.Context(), bad); err == nil {
			t.Errorf("%q was deleted", bad)
		}
	}
	if all := listed(t, s, ""); len(all) != 0 {
		t.Errorf("there is %q", all)
	}
	const odd = "ä/文 件%+&?.bin"
	put(t, s, odd, "x")
	holds(t, s, odd, "x")
}

func list(t *testing.T, s place) {
	if all := listed(t, s, ""); len(all) != 0 {
		t.Errorf("an empty one lists %q", all)
	}
	for _, name := range []string{"a/1", "a/2", "a/b/3", "ab", "b/1"} {
		put(t, s, name, name)
	}
	for prefix, want := range map[string]string{
		"": "a/1 a/2 a/b/3 ab b/1", "a": "a/1 a/2 a/b/3 ab", "a/": "a/1 a/2 a/b/3", "a/b": "a/b/3", "a/1": "a/1", "x": "", "x/": "", "a/1/": "",
	} {
		if got := strings.Join(listed(t, s, prefix), " "); got != want {
			t.Errorf("%q lists %q, want %q", prefix, got, want)
		}
	}
	must(t, s.List(t.Context(), "a/b", func(e Entry) error {
		if e.Bytes != 5 || time.Since(e.Changed).Abs() > time.Hour {
			t.Errorf("%+v", e)
		}
		return nil
	}))
	enough, calls := errors.New("enough"), 0
	if err := s.List(t.Context(), "", func(Entry) error { calls++; return enough }); !errors.Is(err, enough) || calls != 1 {
		t.Errorf("after %d calls: %v", calls, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.List(over, "", func(Entry) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a listing whose context is over: %v", err)
	}
}

func deletes(t *testing.T, s place) {
	put(t, s, "a/b", "x")
	must(t, s.Delete(t.Context(), "a")) // no file
	holds(t, s, "a/b", "x")
	missing(t, s, "a")
	must(t, s.Delete(t.Context(), "a/b"))
	must(t, s.Delete(t.Context(), "a/b"))
	missing(t, s, "a/b")
	if all := listed(t, s, ""); len(all) != 0 {
		t.Errorf("there is %q", all)
	}
}

// failing reads so many bytes, does something, and fails.
type failing struct {
	left int
	err  error
	do   func()
}

func (f *failing) Read(p []byte) (int, error) {
	if f.left == 0 {
		if f.do != nil {
			f.do()
		}
		return 0, f.err
	}
	n := min(len(p), f.left)
	f.left -= n
	return n, nil
}

// nothingLeft says that a Put that failed has left what was there, and nothing else.
func nothingLeft(t *testing.T, s Storage) {
	t.Helper()
	holds(t, s, "there", "before")
	missing(t, s, "new")
	if all := listed(t, s, ""); !slices.Equal(all, []string{"there"}) {
		t.Errorf("there is %q", all)
	}
	if n, err := s.Clean(t.Context(), time.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d pieces were left over, %v", n, err)
	}
}

// failingSources: an error of what is read is never taken for its end, io.ErrUnexpectedEOF
// least of all, by which a request ends that was cut off.
func failingSources(t *testing.T, s place) {
	put(t, s, "there", "before")
	for _, want := range []error{errors.New("broken"), io.ErrUnexpectedEOF} {
		for _, n := range []int{0, 100, pieceBytes, pieceBytes + 1, 2*pieceBytes + 5} {
			for _, name := range []string{"there", "new"} {
				if err := s.Put(t.Context(), name, &failing{left: n, err: want}); !errors.Is(err, want) {
					t.Errorf("%q after %d bytes: %v", want, n, err)
				}
			}
		}
	}
	nothingLeft(t, s)
}

// cutOff: what runs ends with its context.
func cutOff(t *testing.T, s place) {
	put(t, s, "there", "before")
	for _, n := range []int{0, 100, pieceBytes + 1} {
		for _, name := range []string{"there", "new"} {
			ctx, cancel := context.WithCancel(t.Context())
			if err := s.Put(ctx, name, &failing{left: n, err: io.EOF, do: cancel}); !errors.Is(err, context.Canceled) {
				t.Errorf("put of %d bytes: %v", n, err)
			}
		}
	}
	nothingLeft(t, s)
	put(t, s, "long", noise(pieceBytes))
	ctx, cancel := context.WithCancel(t.Context())
	r, err := s.Get(ctx, "long", 0, -1)
	must(t, err)
	defer r.Close()
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Error(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Errorf("a file whose reader is gone: %v", err)
	}
	if _, err := s.Get(ctx, "long", 0, -1); !errors.Is(err, context.Canceled) {
		t.Errorf("a file that nobody waits for: %v", err)
	}
}

// replaced: readers see the old file or the new one, and nothing between.
func replaced(t *testing.T, s place) {
	put(t, s, "f", "old")
	r, err := s.Get(t.Context(), "f", 0, -1)
	must(t, err)
	put(t, s, "f", "new!")
	got, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil || string(got) != "old" {
		t.Errorf("who had it open reads %q, %v", got, err)
	}
	texts := []string{strings.Repeat("a", 100_000), strings.Repeat("b", 50_000), "c"}
	var putting sync.WaitGroup
	for _, text := range texts {
		putting.Go(func() {
			for range 5 {
				if err := s.Put(t.Context(), "f", bare{strings.NewReader(text)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	putting.Wait()
	if got, err := ReadAll(t.Context(), s, "f"); err != nil || !slices.Contains(texts, string(got)) {
		t.Errorf("of several that were put at once, %.20q is there (%d bytes), %v", got, len(got), err)
	}
}

func clean(t *testing.T, s place) {
	put(t, s, "a/b", "x")
	must(t, s.abandon("a/c"))
	if all := listed(t, s, ""); !slices.Equal(all, []string{"a/b"}) {
		t.Errorf("with a piece left over, there is %q", all)
	}
	for _, round := range []struct {
		before time.Time
		want   int
	}{{time.Now().Add(-time.Hour), 0}, {time.Now().Add(time.Hour), 1}, {time.Now().Add(time.Hour), 0}} {
		if n, err := s.Clean(t.Context(), round.before); n != round.want || err != nil {
			t.Errorf("%d pieces from before %v, want %d, %v", n, round.before, round.want, err)
		}
	}
	holds(t, s, "a/b", "x")
}

// A Put into a bucket holds two pieces of a file at most.
func TestPutHoldsPieces(t *testing.T) {
	b, server := openFake(t)
	big := bytes.Repeat([]byte("0123456789abcdef"), 6*pieceBytes/16)
	a := &ahead{r: bytes.NewReader(big), stored: countStored(server)}
	must(t, b.Put(t.Context(), "big", a))
	if a.most > 2*pieceBytes+1 || a.read != int64(len(big)) {
		t.Errorf("%d bytes were read, and %d at once not stored yet", a.read, a.most)
	}
}

// ahead measures how much was read and is not stored yet.
type ahead struct {
	r      io.Reader
	read   int64
	most   int64
	looked int64
	stored func() int64
}

func (a *ahead) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	a.read += int64(n)
	if a.read >= a.looked+pieceBytes { // not at each of many small reads
		a.looked = a.read
		a.most = max(a.most, a.read-a.stored())
	}
	return n, err
}
