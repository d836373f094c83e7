package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"parley/internal/archive"
	"parley/internal/blobs"
	"parley/internal/chat"
	"parley/internal/store"
	"parley/wire"
)

// cellar is a database with an archive behind it, without a server.
type cellar struct {
	*archive.Archiver
	t     testing.TB
	db    *store.Store
	path  string // its file
	convs []chat.ConvID
	said  map[chat.ConvID][]chat.Message
	noise func() string // what is said, if not sentences
}

func newCellar(t testing.TB, storage blobs.Storage) *cellar {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.db")
	db, err := store.Open(t.Context(), store.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	c := &cellar{t: t, db: db, path: path, said: map[chat.ConvID][]chat.Message{}}
	c.Archiver = &archive.Archiver{
		Store: archive.NewStore(db, storage, 8<<20), Storage: storage, LogID: db.LogID(), Clock: chat.SystemClock{},
		Log: slog.New(slog.DiscardHandler), Node: func() chat.NodeID { return 1 },
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// words are what people say, more or less.
var words = strings.Fields("the a we you they have is it that of to and in on for with this was not are but all there when can said will one about what out if so would more them see time up who like now could than other how then its our some these come only over think also back after use two way even new want because any give day most us")

func sentence(r *rand.Rand) string {
	var b strings.Builder
	for i := range 3 + r.IntN(18) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// talk makes conversations of two users with so many messages each.
func (c *cellar) talk(sizes ...int) {
	c.t.Helper()
	ctx, r := c.t.Context(), rand.New(rand.NewPCG(1, 2))
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	var done sync.WaitGroup
	var mu sync.Mutex
	c.db.SetAppended(func(batch []*chat.Append, _ bool) {
		for _, a := range batch {
			mu.Lock()
			if a.Err != nil {
				c.t.Error(a.Err)
			}
			mu.Unlock()
			done.Done()
		}
	})
	for i, n := range sizes {
		name := fmt.Sprintf("%d of %d", i, len(c.convs))
		a, err := c.db.CreateUser(ctx, "a "+name, "a "+name, "x")
		must(err)
		b, err := c.db.CreateUser(ctx, "b "+name, "b "+name, "x")
		must(err)
		o, err := c.db.OpenSession(ctx, chat.Opening{User: a, Session: chat.SessionID(len(c.convs) + 1), Node: 1, At: time.Now()})
		must(err)
		conv, head, _, err := c.db.OpenDirect(ctx, a, b)
		must(err)
		for k := range n {
			body := sentence(r)
			if c.noise != nil {
				body = c.noise()
			}
			done.Add(1)
			c.db.Append(&chat.Append{
				Conv: conv.ID, Version: head.Version, Sender: a, Device: o.Device, Session: chat.SessionID(len(c.convs) + 1),
				SendSeq: int64(k + 1), PrevSendSeq: int64(k), Body: body,
			})
			if k%4000 == 3999 {
				done.Wait()
			}
		}
		done.Wait()
		c.convs = append(c.convs, conv.ID)
		all, err := c.db.Page(ctx, conv.ID, 0, int64(n), n+1, 1<<30)
		must(err)
		c.said[conv.ID] = all
	}
}

func (c *cellar) run() archive.Progress {
	c.t.Helper()
	done, err := c.Run(c.t.Context(), time.Now().Add(time.Hour), 1, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return done
}

// same reads everything, in pages of all kinds, and compares.
func (c *cellar) same() {
	c.t.Helper()
	ctx, r := c.t.Context(), rand.New(rand.NewPCG(3, 4))
	for _, id := range c.convs {
		said := c.said[id]
		n := int64(len(said))
		var got []chat.Message
		for after := int64(0); after < n; {
			page, err := c.Store.Page(ctx, id, after, n, 50+r.IntN(300), 1000+r.IntN(20_000))
			if err != nil || len(page) == 0 {
				c.t.Fatalf("conversation %d after %d: %d messages, %v", id, after, len(page), err)
			}
			got = append(got, page...)
			after = page[len(page)-1].Seq
		}
		if !slices.Equal(got, said) {
			c.t.Fatalf("conversation %d is not what was said (%d messages of %d)", id, len(got), n)
		}
		got = nil
		for before := n + 1; before > 1; {
			page, err := c.Store.PageBefore(ctx, id, before, 0, 50+r.IntN(300), 1000+r.IntN(20_000))
			if err != nil || len(page) == 0 || page[len(page)-1].Seq != before-1 {
				c.t.Fatalf("conversation %d before %d: %d messages, %v", id, before, len(page), err)
			}
			got = append(slices.Clone(page), got...)
			before = page[0].Seq
		}
		if !slices.Equal(got, said) {
			c.t.Fatalf("conversation %d read backwards is not what was said", id)
		}
	}
}

func folderStorage(t testing.TB) (blobs.Storage, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	s, err := blobs.Open("file://" + dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// bucketStorage is a real S3 client on an S3 server in memory, which can be away.
func bucketStorage(t *testing.T) (blobs.Storage, *httptest.Server) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("parley"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	s, err := blobs.Open("s3://parley/some/where?insecure=true&region=us-east-1&endpoint=" + strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return s, server
}

// TestTheSeam: what was archived is read as if it were still in the database, also in
// part, after more was said, and after some was brought back.
func TestTheSeam(t *testing.T) {
	for name, open := range map[string]func(*testing.T) blobs.Storage{
		"folder": func(t *testing.T) blobs.Storage { s, _ := folderStorage(t); return s },
		"bucket": func(t *testing.T) blobs.Storage { s, _ := bucketStorage(t); return s },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCellar(t, open(t))
			c.talk(1, 2, 50, 3000, 300)
			c.same()
			if done := c.run(); done.Messages != 1+49+2999+299 || done.Segments != 1 {
				t.Errorf("the first run: %+v", done)
			}
			c.same()
			c.unread(3, 3000)
			if done := c.run(); done.Messages != 0 || done.Segments != 0 {
				t.Errorf("there is nothing more to move: %+v", done)
			}
			c.talk(700)
			c.run()
			c.same()
			if n, err := c.Restore(t.Context(), c.convs[3], 2000, func(archive.Progress) {}); err != nil || n != 1000 {
				t.Errorf("%d messages were brought back, %v", n, err)
			}
			c.same()
			c.run()
			c.same()
			if n, err := c.Restore(t.Context(), c.convs[2], 1, func(archive.Progress) {}); err != nil || n != 49 {
				t.Errorf("%d messages were brought back, %v", n, err)
			}
			c.same()
			c.wholeArchive()
			var lines []archive.Line
			if err := c.ExportConversation(t.Context(), c.convs[3], func(l archive.Line) error { lines = append(lines, l); return nil }); err != nil {
				t.Fatal(err)
			}
			said := c.said[c.convs[3]]
			if len(lines) != len(said) || lines[2321].Text != said[2321].Body || lines[2321].From != "a 3 of 3" {
				t.Errorf("%d lines are exported, one is %+v", len(lines), lines[min(len(lines)-1, 2321)])
			}
		})
	}
}

// unread wants the receiver of a conversation to see that nothing was read, and the last
// message.
func (c *cellar) unread(which int, n int64) {
	c.t.Helper()
	said := c.said[c.convs[which]]
	rows, err := c.Store.Conversations(c.t.Context(), said[0].Sender+1, 0, 0, 10, 100_000)
	if err != nil || len(rows) != 1 || rows[0].Unread != n || rows[0].Last == nil || *rows[0].Last != said[len(said)-1] {
		c.t.Errorf("the list of conversations has %+v, %v", rows, err)
	}
}

func (c *cellar) wholeArchive() {
	c.t.Helper()
	if err := c.Verify(c.t.Context(), func(f archive.Finding) error {
		if f.Wrong != "" {
			c.t.Errorf("%s: %s", f.Name, f.Wrong)
		}
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
}

// TestYoungMessagesStay: only what is old enough is moved, and nothing behind what is not.
func TestYoungMessagesStay(t *testing.T) {
	s, _ := folderStorage(t)
	c := newCellar(t, s)
	c.talk(100)
	if done, err := c.Run(t.Context(), c.said[c.convs[0]][40].SentAt, 1, nil); err != nil || done.Messages > 40 {
		t.Errorf("%+v, %v", done, err)
	}
	if done, err := c.Run(t.Context(), time.Now().Add(time.Hour), 1000, nil); err != nil || done.Messages != 0 {
		t.Errorf("fewer than the least were moved: %+v, %v", done, err)
	}
	c.same()
}

// TestDamagedSegments: a byte that has changed anywhere is found, and told for the messages
// that are there, and for no others.
func TestDamagedSegments(t *testing.T) {
	s, dir := folderStorage(t)
	c := newCellar(t, s)
	c.talk(500, 400)
	c.run()
	var file string
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			file = p
		}
		return nil
	})
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(data []byte) {
		t.Helper()
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c.Store = archive.NewStore(c.db, s, 8<<20) // nothing is in memory
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		bad := slices.Clone(whole)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		write(bad)
		_, err := c.Store.Page(t.Context(), c.convs[0], 10, 500, 50, 1<<20)
		var cold *chat.ColdError
		if !errors.As(err, &cold) || cold.Until != 499 || chat.AsError(err).Code != wire.Archived {
			t.Fatalf("read from a damaged segment: %v", err)
		}
		if page, err := c.Store.Page(t.Context(), c.convs[0], 499, 500, 50, 1<<20); err != nil || len(page) != 1 {
			t.Fatalf("what is in the database: %d messages, %v", len(page), err)
		}
		if page, err := c.Store.PageBefore(t.Context(), c.convs[0], 501, 0, 50, 1<<20); err != nil || len(page) != 1 {
			t.Fatalf("backwards, what is in the database: %d messages, %v", len(page), err)
		}
	}
	if c.Store.Trouble() == "" {
		t.Error("the operator is not told")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	c.Store = archive.NewStore(c.db, s, 8<<20)
	if _, err := c.Store.Page(t.Context(), c.convs[1], 0, 400, 50, 1<<20); chat.AsError(err).Code != wire.Archived {
		t.Errorf("read from a missing segment: %v", err)
	}
	wrong := 0
	if err := c.Verify(t.Context(), func(f archive.Finding) error {
		if f.Wrong != "" {
			wrong++
		}
		return nil
	}); err != nil || wrong != 1 {
		t.Errorf("verify finds %d, %v", wrong, err)
	}
	write(whole)
	c.same()
	c.wholeArchive()
	if why := c.Store.Trouble(); why != "" {
		t.Errorf("after it was mended: %s", why)
	}
}

// TestStorageThatFails: each failure has words of its own, nothing is lost, and the next
// run goes on.
func TestStorageThatFails(t *testing.T) {
	s, server := bucketStorage(t)
	c := newCellar(t, s)
	c.talk(700)
	server.Config.SetKeepAlivesEnabled(false)
	handler := server.Config.Handler
	short := func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), 5*time.Second) }
	ctx, cancel := short()
	defer cancel()
	server.Config.Handler = nil // answers 404 to everything
	if _, err := c.Run(ctx, time.Now().Add(time.Hour), 1, nil); err == nil {
		t.Error("a run without a storage succeeds")
	}
	if c.Store.Trouble() == "" {
		t.Error("the operator is not told")
	}
	c.same()
	server.Config.Handler = handler
	c.run()
	c.same()
	if why := c.Store.Trouble(); why != "" {
		t.Errorf("after it was mended: %s", why)
	}
	nobody, err := blobs.Open("file:///sys/parley-archive")
	if err != nil {
		t.Fatal(err)
	}
	c.talk(100)
	c.Storage = nobody
	if _, err := c.Run(t.Context(), time.Now().Add(time.Hour), 1, nil); err == nil || !strings.Contains(err.Error(), "let the server's user write") {
		t.Errorf("no right to write: %v", err)
	}
	c.Storage = s
	c.run()
	c.same()
}

// TestErase: what a user has said is empty afterwards, wherever it is, and nothing else
// has changed. The old file stays for those who read it, and goes after an hour.
func TestErase(t *testing.T) {
	s, dir := folderStorage(t)
	c := newCellar(t, s)
	clock := &movingClock{}
	c.Clock = clock
	c.talk(400, 300, 20)
	c.run()
	gone := c.said[c.convs[1]][0].Sender
	if n, err := c.Erase(t.Context(), gone, func(archive.Progress) {}); err != nil || n != 300 {
		t.Errorf("%d messages were erased, %v", n, err)
	}
	for i := range c.said[c.convs[1]] {
		c.said[c.convs[1]][i].Body = ""
	}
	c.same()
	c.Store = archive.NewStore(c.db, s, 8<<20)
	c.same()
	c.wholeArchive()
	files := func() (n int) {
		_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, _ error) error {
			if !d.IsDir() {
				n++
			}
			return nil
		})
		return n
	}
	if n, err := c.Tidy(t.Context()); err != nil || n != 0 || files() != 2 {
		t.Errorf("%d files were removed at once, %d are left, %v", n, files(), err)
	}
	clock.ahead = 2 * time.Hour
	if n, err := c.Tidy(t.Context()); err != nil || n != 1 || files() != 1 {
		t.Errorf("%d files were removed later, %d are left, %v", n, files(), err)
	}
	// A process that died while it put a file has left a piece of it.
	if err := os.WriteFile(filepath.Join(dir, ".part-123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Tidy(t.Context()); err != nil || files() != 2 {
		t.Errorf("%d files are left: a piece was removed that may still become a file, %v", files(), err)
	}
	clock.ahead = 30 * time.Hour
	if _, err := c.Tidy(t.Context()); err != nil || files() != 1 {
		t.Errorf("%d files are left, a piece among them that will never be whole, %v", files(), err)
	}
	c.same()
	if n, err := c.Erase(t.Context(), gone, func(archive.Progress) {}); err != nil || n != 0 {
		t.Errorf("%d messages were erased once more, %v", n, err)
	}
}

// movingClock is the machine's, ahead of it.
type movingClock struct {
	chat.SystemClock
	ahead time.Duration
}

func (m *movingClock) Now() time.Time { return m.SystemClock.Now().Add(m.ahead) }

// TestOneAtATime: while a run is under way, another is told so.
func TestOneAtATime(t *testing.T) {
	s, _ := folderStorage(t)
	c := newCellar(t, s)
	c.talk(1000)
	told := false
	_, err := c.Run(t.Context(), time.Now().Add(time.Hour), 1, func(archive.Progress) {
		if _, err := c.Run(t.Context(), time.Now(), 1, nil); err == nil || chat.AsError(err).Code != wire.Busy {
			t.Errorf("a second run: %v", err)
		}
		told = true
	})
	if err != nil || !told {
		t.Fatal(err)
	}
	c.same()
}

func TestArchiveStorage(t *testing.T) {
	for _, bad := range []string{"folder", "ftp://x/y", "s3://key:secret@bucket/x"} {
		cfg := Config{ArchiveTo: bad}
		if s, err := cfg.archiveStorage(); err == nil || !strings.Contains(err.Error(), "archive-to") {
			t.Errorf("%q is %v, %v", bad, s, err)
		}
	}
	if s, err := (&Config{}).archiveStorage(); s != nil || err != nil {
		t.Errorf("no archive is %v, %v", s, err)
	}
}

// BenchmarkColdPage is one page of 50 messages of history: in the database, and in a
// segment the first and the second time.
func BenchmarkColdPage(b *testing.B) {
	s, _ := folderStorage(b)
	c := newCellar(b, s)
	c.talk(50_000)
	conv := c.convs[0]
	page := func(b *testing.B, from *archive.Store, before int64) {
		b.Helper()
		list, err := from.PageBefore(b.Context(), conv, before, 0, 50, 1<<20)
		if err != nil || len(list) != 50 {
			b.Fatalf("%d messages, %v", len(list), err)
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	anywhere := func() int64 { return 51 + r.Int64N(49_000) }
	b.Run("hot", func(b *testing.B) {
		for b.Loop() {
			page(b, c.Store, anywhere())
		}
	})
	c.run()
	b.Run("cold-first", func(b *testing.B) {
		for b.Loop() {
			page(b, archive.NewStore(c.db, s, 64<<20), anywhere())
		}
	})
	b.Run("cold-again", func(b *testing.B) {
		for b.Loop() {
			page(b, c.Store, anywhere())
		}
	})
}
