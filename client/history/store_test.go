package history

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"parley/client"
)

func opened(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func said(of client.Conversation, seq int64) *client.Message {
	return &client.Message{
		Conversation: of, Seq: seq, SenderID: 2, SenderName: "bob", Text: fmt.Sprintf("text %d\n漢 🙂", seq),
		Time: time.UnixMilli(1_700_000_000_123 + seq).UTC(), Mine: seq%3 == 0, Device: "phone", SendSeq: seq + 1,
	}
}

func same[T any](t interface {
	Helper()
	Fatalf(string, ...any)
}, what string, got, want T,
) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(client.Message{})); d != "" {
		t.Fatalf("%s (-want +got)\n%s", what, d)
	}
}

// kept is what a Store promises to keep, in plain maps.
type kept struct {
	saved    client.Saved
	messages map[client.Conversation]map[int64]*client.Message
	first    map[client.Conversation]int64
	names    map[client.Conversation]string
	states   map[client.Conversation]map[int64]client.Changed
	revs     map[client.Conversation]int64
}

func (k *kept) position(of client.Conversation, seq int64) {
	k.saved.Positions = slices.DeleteFunc(k.saved.Positions, func(p client.Position) bool { return p.Conversation == of })
	if seq != 0 {
		k.saved.Positions = append(k.saved.Positions, client.Position{Conversation: of, Seq: seq})
	}
}

func (k *kept) put(m *client.Message) {
	if k.messages[m.Conversation] == nil {
		k.messages[m.Conversation] = map[int64]*client.Message{}
	}
	plain := *m
	plain.State = client.State{}
	if k.messages[m.Conversation][m.Seq] == nil {
		k.messages[m.Conversation][m.Seq] = &plain
	}
	k.revs[m.Conversation] += 0
	if m.State.Rev > 0 {
		k.change(client.Changed{Conversation: m.Conversation, Seq: m.Seq, Text: m.Text, State: m.State})
	}
}

// change takes a state, if it is newer.
func (k *kept) change(e client.Changed) {
	if k.states[e.Conversation] == nil {
		k.states[e.Conversation] = map[int64]client.Changed{}
	}
	was := k.states[e.Conversation][e.Seq]
	if e.State.Rev <= was.State.Rev {
		return
	}
	if e.MineUnchanged {
		e.State.Mine, e.MineUnchanged = was.State.Mine, false
	}
	k.states[e.Conversation][e.Seq] = e
}

// done is what a message is after its change with a rev; 0 for as it was sent.
func done(of client.Conversation, seq, rev int64) client.Changed {
	e := client.Changed{Conversation: of, Seq: seq, State: client.State{Rev: rev, Pinned: rev%2 == 0}}
	if rev%4 > 1 {
		e.State.Reactions = []client.Reaction{{Emoji: "👍", Count: rev}, {Emoji: "❤️", Count: 1}}
	}
	if rev%5 > 2 {
		e.State.Mine = []string{"👍"}
	}
	switch {
	case rev >= 25:
		e.State = client.State{Rev: rev, Recalled: true, RecalledBy: 2}
	case rev >= 10:
		e.State.Edited, e.Text = time.UnixMilli(1_800_000_000_000+rev).UTC(), fmt.Sprint("edited ", rev)
	}
	return e
}

// saidSince is a message that comes with what was done to it.
func saidSince(of client.Conversation, seq, rev int64) *client.Message {
	m := said(of, seq)
	m.Apply(done(of, seq, rev))
	return m
}

func (k *kept) before(of client.Conversation, before int64, limit int) (all []*client.Message) {
	for seq, m := range k.messages[of] {
		if before == 0 || seq < before {
			present := *m
			present.Apply(k.states[of][seq])
			all = append(all, &present)
		}
	}
	slices.SortFunc(all, func(a, b *client.Message) int { return int(a.Seq - b.Seq) })
	return all[max(0, len(all)-limit):]
}

// TestMain makes do with fewer tries of the model than rapid's usual ones: each makes a
// database. -rapid.checks still says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestStoreIsLikeItsModel writes whatever may come, opens the file anew now and then,
// and finds in it what the model has.
func TestStoreIsLikeItsModel(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		path := filepath.Join(dir, fmt.Sprint(runs), "x.sqlite")
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.Close() }()
		k := &kept{
			messages: map[client.Conversation]map[int64]*client.Message{},
			first:    map[client.Conversation]int64{}, names: map[client.Conversation]string{},
			states: map[client.Conversation]map[int64]client.Changed{}, revs: map[client.Conversation]int64{},
		}
		of := rapid.SampledFrom([]client.Conversation{client.Direct(2), client.Group(2), client.Group(3)})
		seq := rapid.Int64Range(1, 12)
		rev := rapid.Int64Range(0, 30)
		ok := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"queue": func(t *rapid.T) {
				q := client.Queued{To: of.Draw(t, "to"), Text: rapid.String().Draw(t, "text")}
				if rapid.Bool().Draw(t, "change") {
					q.Change = &client.Change{Op: client.OpEdit, Seq: seq.Draw(t, "seq"), Text: q.Text, Emoji: rapid.String().Draw(t, "emoji")}
					q.Text = ""
					if rapid.Bool().Draw(t, "mentions") {
						q.Change.Mentions = &client.Mentions{Users: rapid.SliceOfN(seq, 1, 3).Draw(t, "users")}
					}
				} else if rapid.Bool().Draw(t, "extra") {
					q.Extra = client.Extra{ReplyTo: seq.Draw(t, "reply to"), Mentions: client.Mentions{All: rapid.Bool().Draw(t, "all")}}
				}
				q.ID, err = s.Queue(q)
				ok(err)
				k.saved.Outbox = append(k.saved.Outbox, q)
			},
			"number": func(t *rapid.T) {
				first := max(1, k.saved.SendNext)
				var ids []int64
				for i := range k.saved.Outbox {
					if q := &k.saved.Outbox[i]; q.SendSeq == 0 {
						q.SendSeq = first + int64(len(ids))
						ids = append(ids, q.ID)
					}
				}
				ok(s.Number(ids, first))
				k.saved.SendNext = first + int64(len(ids))
			},
			"settle": func(t *rapid.T) {
				if len(k.saved.Outbox) == 0 {
					t.Skip("nothing is in the outbox")
				}
				i := rapid.IntRange(0, len(k.saved.Outbox)-1).Draw(t, "which")
				ok(s.Save(client.Batch{Settled: []int64{k.saved.Outbox[i].ID}}))
				k.saved.Outbox = slices.Delete(k.saved.Outbox, i, i+1)
			},
			"show": func(t *rapid.T) {
				b := client.Batch{}
				for range rapid.IntRange(1, 4).Draw(t, "how many") {
					m := saidSince(of.Draw(t, "in"), seq.Draw(t, "seq"), rev.Draw(t, "rev"))
					b.Shown = append(b.Shown, m)
					k.put(m)
					k.position(m.Conversation, m.Seq)
					if !m.Mine && m.Conversation.With != 0 {
						k.names[m.Conversation] = m.SenderName
					}
				}
				ok(s.Save(b))
				ok(s.Save(b)) // twice is as good as once
			},
			"fetch": func(t *rapid.T) {
				m := said(of.Draw(t, "in"), seq.Draw(t, "seq"))
				ok(s.Save(client.Batch{Fetched: []*client.Message{m}, First: []client.Position{{Conversation: m.Conversation, Seq: m.Seq}}}))
				k.put(m)
				k.first[m.Conversation] = m.Seq
			},
			"change": func(t *rapid.T) {
				v, upTo := of.Draw(t, "in"), rev.Draw(t, "rev")+1
				e := done(v, seq.Draw(t, "seq"), upTo)
				if rapid.Bool().Draw(t, "mine stay") && !e.State.Recalled {
					e.State.Mine, e.MineUnchanged = nil, true
				}
				b := client.Batch{States: []client.Changed{e}, Revs: []client.Position{{Conversation: v, Seq: upTo}}}
				ok(s.Save(b))
				ok(s.Save(b))
				k.change(e)
				k.revs[v] = upTo
			},
			"leave": func(t *rapid.T) {
				v, m := of.Draw(t, "which"), said(of.Draw(t, "in"), seq.Draw(t, "seq"))
				ok(s.Save(client.Batch{Left: []client.Conversation{v}, Fetched: []*client.Message{m}}))
				k.position(v, 0)
				k.put(m)
			},
			"reset": func(t *rapid.T) {
				v := of.Draw(t, "which")
				ok(s.Save(client.Batch{Reset: []client.Conversation{v}}))
				k.position(v, 0)
				delete(k.messages, v)
				delete(k.first, v)
				delete(k.states, v)
				delete(k.revs, v)
			},
			"log": func(t *rapid.T) {
				log := rapid.SampledFrom([]string{"one", "other"}).Draw(t, "log")
				ok(s.Save(client.Batch{Log: log}))
				if k.saved.Log != "" && k.saved.Log != log {
					k.saved.Positions = nil
					clear(k.messages)
					clear(k.first)
					clear(k.states)
					clear(k.revs)
				}
				k.saved.Log = log
			},
			"meet": func(t *rapid.T) {
				v, name := of.Draw(t, "whom"), rapid.StringN(1, 9, -1).Draw(t, "name")
				self := client.User{ID: seq.Draw(t, "id"), Name: name}
				ok(s.Save(client.Batch{Self: self, Names: []client.Named{{Conversation: v, Name: name}}}))
				k.saved.Self, k.names[v] = self, name
			},
			"token": func(t *rapid.T) {
				k.saved.Token = rapid.SampledFrom([]string{"", "abc", "def"}).Draw(t, "token")
				ok(s.KeepToken(k.saved.Token))
			},
			"open anew": func(*rapid.T) {
				ok(s.Close())
				s, err = Open(path, Options{})
				ok(err)
			},
			"look": func(t *rapid.T) {
				saved, err := s.Load()
				ok(err)
				byName := func(a, b client.Position) int {
					return strings.Compare(a.Conversation.String(), b.Conversation.String())
				}
				slices.SortFunc(saved.Positions, byName)
				slices.SortFunc(saved.Revs, byName)
				slices.SortFunc(k.saved.Positions, byName)
				model := k.saved
				for v, upTo := range k.revs {
					model.Revs = append(model.Revs, client.Position{Conversation: v, Seq: upTo})
				}
				slices.SortFunc(model.Revs, byName)
				if len(model.Positions) == 0 {
					model.Positions = nil
				}
				if len(model.Outbox) == 0 {
					model.Outbox = nil
				}
				same(t, "loaded", saved, model)
				names, err := s.Names()
				ok(err)
				same(t, "names", len(names), len(k.names))
				for _, n := range names {
					same(t, "name", n.Name, k.names[n.Conversation])
				}
				v, before, limit := of.Draw(t, "of"), rapid.Int64Range(0, 12).Draw(t, "before"), rapid.IntRange(1, 5).Draw(t, "limit")
				messages, first, err := s.Messages(v, before, limit)
				ok(err)
				same(t, "messages", messages, k.before(v, before, limit))
				same(t, "first", first, k.first[v])
			},
		})
	})
}

func TestOneProgramAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sqlite")
	s := opened(t, path, Options{})
	if _, err := Open(path, Options{}); !errors.Is(err, ErrInUse) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, path, Options{})
}

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := opened(t, filepath.Join(dir, "x.sqlite"), Options{})
	if err := s.KeepToken("secret"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Queue(client.Queued{To: client.Direct(2), Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatal(info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "x.token"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(); err == nil || !strings.Contains(err.Error(), "can be read by others") {
		t.Fatal(err)
	}
}

func TestNoTokenAndNoMessages(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.sqlite")
	s := opened(t, path, Options{NoToken: true, NoMessages: true})
	if err := s.KeepToken("secret"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(client.Batch{Shown: []*client.Message{said(client.Direct(2), 5)}}); err != nil {
		t.Fatal(err)
	}
	saved, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "loaded", saved, client.Saved{
		Positions: []client.Position{{Conversation: client.Direct(2), Seq: 5}},
		Revs:      []client.Position{{Conversation: client.Direct(2)}},
	})
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if b, err := os.ReadFile(f); err != nil || bytes.Contains(b, []byte("text 5")) || bytes.Contains(b, []byte("secret")) {
			t.Errorf("%s holds what is not to be kept (%v)", f, err)
		}
	}
}

func TestOldMessagesGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sqlite")
	s := opened(t, path, Options{})
	var b client.Batch
	for seq := int64(1); seq <= 30; seq++ {
		b.Shown = append(b.Shown, said(client.Direct(2), seq))
	}
	b.Shown = append(b.Shown, said(client.Group(2), 1))
	if err := s.Save(b); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = opened(t, path, Options{PerConversation: 10})
	messages, _, err := s.Messages(client.Direct(2), 0, 100)
	if err != nil || len(messages) != 10 || messages[0].Seq != 21 {
		t.Fatal(messages, err)
	}
	last, err := s.Newest(100)
	if err != nil || len(last) != 11 || last[10].Seq != 30 {
		t.Fatal(last, err)
	}
}

func TestFilesThatCannotBeUsedSayWhy(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.sqlite")
	s := opened(t, path, Options{})
	if _, err := s.db.Exec("PRAGMA user_version = 9"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "y.sqlite")
	if err := os.WriteFile(other, bytes.Repeat([]byte("no database"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other, Options{}); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Fatal(err)
	}
}

func TestPathsAreDifferent(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range [][3]string{
		{"tcp://a:1", "b", "c"},
		{"tcp://a:1", "b_c", ""},
		{"tcp://a:1", "b", "_c"},
		{"tcp://a:1_b", "c", ""},
		{"tcp://a:1", strings.Repeat("漢", 50), "c"},
		{"tcp://a:1", strings.Repeat("漢", 50), "d"},
		{"tcp://a:1", "../b", "c"},
		{"tcp://a:1", "%5F", "c"},
		{"tcp://a:1", "_", "c"},
	} {
		path := Path("/d", p[0], p[1], p[2])
		if seen[path] || filepath.Dir(path) != "/d" || len(path) > 220 {
			t.Errorf("%q gives %s", p, path)
		}
		seen[path] = true
	}
}

func BenchmarkQueue(b *testing.B) {
	s := opened(b, filepath.Join(b.TempDir(), "x.sqlite"), Options{})
	for b.Loop() {
		if _, err := s.Queue(client.Queued{To: client.Direct(2), Text: "hello"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSave128(b *testing.B) {
	s := opened(b, filepath.Join(b.TempDir(), "x.sqlite"), Options{})
	seq := int64(0)
	for b.Loop() {
		var batch client.Batch
		for range 128 {
			seq++
			batch.Shown = append(batch.Shown, said(client.Direct(2), seq))
		}
		if err := s.Save(batch); err != nil {
			b.Fatal(err)
		}
	}
}
