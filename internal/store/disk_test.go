package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// fill appends until the store is full and then a little more. It returns how many
// messages were stored.
func (l *line) fill(body string) int64 {
	l.t.Helper()
	for n := int64(1); ; n++ {
		a := l.queue(n, body)()
		if a.Err == nil {
			if n > 100_000 {
				l.t.Fatal("the store does not get full")
			}
			continue
		}
		l.wants(wire.StoreFull, a.Err)
		for range 3 {
			l.wants(wire.StoreFull, l.queue(n, body)().Err)
		}
		return n - 1
	}
}

// recovers wants everything that was stored, and more, once there is room again.
func (l *line) recovers(stored int64, body string) {
	l.t.Helper()
	for n := stored + 1; n <= stored+50; n++ {
		l.must(l.queue(n, body)().Err)
	}
	l.must(l.s.Ping(context.Background()))
	if n := len(l.bodies()); n != int(stored)+50 {
		l.t.Errorf("%d messages, want %d", n, stored+50)
	}
}

func TestFullDatabase(t *testing.T) {
	var pages atomic.Int64
	pages.Store(200)
	path := filepath.Join(t.TempDir(), "full.db")
	d, err := sqldb.SQLiteFile(path)
	if err != nil {
		t.Fatal(err)
	}
	connect := d.Connect
	d.Connect = func(ctx context.Context, addr string, p sqldb.Purpose) (driver.Conn, error) {
		c, err := connect(ctx, addr, p)
		if n := pages.Load(); err == nil && n > 0 && p == sqldb.ForWriting {
			_, err = c.(driver.ExecerContext).ExecContext(ctx, fmt.Sprint("PRAGMA max_page_count = ", n), nil)
		}
		return c, err
	}
	o := Options{faults: &breaker{}}.withDefaults()
	s, err := open(context.Background(), o, d, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	l := &line{t: t, s: s, b: &breaker{}, session: 1, doubtful: make(chan bool, 10), waiting: make(map[*chat.Append]chan struct{})}
	l.listen()
	l.login()
	body := strings.Repeat("x", 1000)
	stored := l.fill(body)
	if _, err := s.Account(context.Background(), l.user); err != nil {
		t.Errorf("reading while full: %v", err)
	}
	pages.Store(0)
	l.recovers(stored, body)
}

// TestFullDisk needs the right to mount; where that is missing, TestFullDatabase is
// what remains.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := dbtest.MountSmall(dir); err != nil {
		t.Logf("no small file system (%v): covered by TestFullDatabase alone", err)
		return
	}
	t.Cleanup(func() { _ = dbtest.Unmount(dir) })
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	l := newLine(t, Options{URL: filepath.Join(dir, "parley.db")})
	body := strings.Repeat("x", 1000)
	stored := int64(0)
	for {
		a := l.queue(stored+1, body)()
		if a.Err != nil {
			// No room may show as a full disk or, growing the log's index, as an I/O
			// error; nothing is acked that is not stored either way.
			if !isAnswer(a.Err) {
				t.Fatal(a.Err)
			}
			break
		}
		stored++
	}
	if n := len(l.bodies()); n < int(stored) {
		t.Errorf("%d messages are stored, %d were acked", n, stored)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	// What was in doubt may have been stored: the repeat tells.
	if a := l.queue(stored+1, body)(); a.Err != nil && a.LastSendSeq != stored+1 {
		t.Fatalf("with room again: %v", a.Err)
	}
	l.recovers(stored+1, body)
}

func TestDataSurvivesReopening(t *testing.T) {
	l := newLine(t, Options{})
	for n := range int64(10) {
		l.must(l.queue(n+1, fmt.Sprint(n+1))().Err)
	}
	path := l.s.path()
	l.must(l.s.Close())
	l.s = openTest(t, Options{URL: path})
	l.listen()
	l.must(l.queue(11, "11")().Err)
	if n := len(l.bodies()); n != 11 {
		t.Errorf("%d messages after reopening, want 11", n)
	}
	l.must(l.s.Close())
}

// TestDataSurvivesACrash opens what a machine that stopped in mid-flight would find:
// a copy of the files, taken while the store is at work.
func TestDataSurvivesACrash(t *testing.T) {
	l := newLine(t, Options{})
	for round := range 10 {
		var acked int64
		var waits []func() *chat.Append
		first := int64(round*100 + 1)
		for n := range int64(100) {
			waits = append(waits, l.queue(first+n, fmt.Sprint(first+n)))
		}
		l.must(waits[0]().Err)
		acked = first
		copied := crashCopy(t, l.s.path())
		after := &line{t: t, s: openTest(t, Options{URL: copied}), head: l.head}
		if n := len(after.bodies()); n < int(acked) {
			t.Errorf("%d messages after the crash, %d were acked", n, acked)
		}
		heads, err := after.s.Heads(context.Background(), []chat.ConvID{l.head.Conv})
		l.must(err)
		if n := len(after.bodies()); int(heads[0].LastSeq) != n {
			t.Errorf("last_seq %d with %d messages", heads[0].LastSeq, n)
		}
		l.must(after.s.Close())
		for _, wait := range waits {
			l.must(wait().Err)
		}
	}
}

// crashCopy copies the database first and its log second: no checkpoint runs here,
// so the log holds everything that the database does not.
func crashCopy(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		in, err := os.Open(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(to + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, in); err != nil {
			t.Fatal(err)
		}
		in.Close()
		out.Close()
	}
	return to
}

func TestTheLogIsFoldedIn(t *testing.T) {
	folded := make(chan int, 1000)
	l := newLine(t, Options{checkpointPages: 100, Metrics: &Metrics{Checkpoint: func(pages int, _ float64) { folded <- pages }}})
	body := strings.Repeat("x", 2000)
	n := int64(0)
	for len(folded) < 5 {
		n++
		l.must(l.queue(n, body)().Err)
	}
	for range 5 {
		if pages := <-folded; pages == 0 {
			t.Error("a checkpoint folded nothing")
		}
	}
	if size := sqldb.LogSize(l.s.path()); size > 1000*4096 {
		t.Errorf("the log grew to %d bytes", size)
	}
	if len(l.bodies()) != int(n) {
		t.Error("messages are missing")
	}
}

// hasty is a clock on which a pause is over at once.
type hasty struct{ chat.SystemClock }

func (hasty) AfterFunc(d time.Duration, f func()) chat.Timer { return time.AfterFunc(d/1000, f) }

// Somebody who has the database open and reads it for long keeps its log from being folded
// in. That is told, and it is told when it is over, without a write.
func TestAReaderThatStaysIsTold(t *testing.T) {
	var log logLines
	l := newLine(t, Options{checkpointPages: 100, Clock: hasty{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	l.must(l.queue(1, "first")().Err)
	db, err := sql.Open("sqlite", l.s.path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	reader, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reader.QueryRow("SELECT COUNT(*) FROM messages").Scan(&n); err != nil {
		t.Fatal(err)
	}
	body, seq := strings.Repeat("x", 2000), int64(1)
	for l.s.LogKept() == 0 {
		if seq++; seq > 20_000 {
			t.Fatalf("the log has %d bytes and nobody is told", l.s.LogBytes())
		}
		l.must(l.queue(seq, body)().Err)
	}
	if kept := l.s.LogKept(); kept < 200*sqldb.PageSize || kept > l.s.LogBytes() {
		t.Errorf("%d bytes are kept of a log of %d", kept, l.s.LogBytes())
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(30 * time.Second); !strings.Contains(log.String(), "the checkpoint works again"); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the reader has gone, and the log is still kept")
		}
	}
	if kept := l.s.LogKept(); kept != 0 {
		t.Errorf("%d bytes are still kept", kept)
	}
	for _, want := range []string{"reads the database for a long time", "the checkpoint works again"} {
		if n := strings.Count(log.String(), want); n != 1 {
			t.Errorf("%q is said %d times:\n%s", want, n, log.String())
		}
	}
}

// logLines collects a log.
type logLines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	noDatabase := filepath.Join(dir, "text.db")
	if err := os.WriteFile(noDatabase, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	s := openTest(t, Options{URL: newer})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO schema_versions (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for url, want := range map[string]string{
		newer:                                "its schema is version 99 and this program knows versions up to ",
		noDatabase:                           "file is not a database",
		filepath.Join(dir, "none", "any.db"): "no such file or directory",
		"oracle://host/db":                   `the database "oracle" is not known`,
		"sqlite:":                            "the database has no path",
	} {
		s, err := Open(ctx, Options{URL: url})
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", url)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q does not say %q", url, err, want)
		}
	}
}

func TestAMovedDatabaseIsNotReplacedByAnEmptyOne(t *testing.T) {
	l := newLine(t, Options{})
	l.must(l.queue(1, "one")().Err)
	path := l.s.path()
	l.breakOnce(func(func() error) error { return &fault{sqldb.FailedIO} })
	l.wants(wire.Unavailable, l.queue(2, "two")().Err)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, path+".moved"+suffix); err != nil {
			t.Fatal(err)
		}
	}
	l.wants(wire.StoreFull, l.queue(2, "two")().Err)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+".moved"+suffix, path+suffix); err != nil {
			t.Fatal(err)
		}
	}
	l.must(l.queue(2, "two")().Err)
	l.logIs("one", "two")
}

func TestTheFilesArePrivate(t *testing.T) {
	l := newLine(t, Options{})
	for _, suffix := range []string{"", "-wal", "-shm"} {
		st, err := os.Stat(l.s.path() + suffix)
		l.must(err)
		if st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", suffix, st.Mode())
		}
	}
}

func TestOptionsHaveDefaults(t *testing.T) {
	o := Options{}.withDefaults()
	if o.Queue != 8192 || o.MaxBatch != 2048 || o.Clock == nil || o.Log == nil || time.Since(o.Clock.Now()) > time.Minute {
		t.Errorf("defaults %+v", o)
	}
}
