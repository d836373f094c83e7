package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/engines"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// ownServer starts a database server for one test.
func ownServer(t *testing.T, kind string, args ...string) *engines.Database {
	t.Helper()
	if testing.Short() {
		t.Skip("a database server is not for a quick run")
	}
	db, err := dbtest.Start[kind](t.Context(), engines.Options{Dir: filepath.Join(t.TempDir(), "db"), Args: args})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Stop)
	return db
}

// people are two writers of a store, with a conversation.
type people struct {
	*dbtest.Writer
	head chat.Head
	made int
}

func newPeople(t *testing.T, s *Store) *people {
	t.Helper()
	w, peer := dbtest.NewWriter(t, s, "w", 1), dbtest.NewWriter(t, s, "peer", 2)
	_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
	if err != nil {
		t.Fatal(err)
	}
	return &people{Writer: w, head: h}
}

// useAll makes requests of all kinds at the same time, as many as there are connections, and
// wants each to be done at the first try.
func (p *people) useAll(when string) {
	p.T.Helper()
	ctx := context.WithoutCancel(p.T.Context())
	if a := p.Send(p.head, "message"); a.Err != nil {
		p.T.Errorf("%s: a message: %v, because of %v", when, a.Err, errors.Unwrap(a.Err))
	}
	var all sync.WaitGroup
	check := func(what string, err error) {
		if err != nil {
			p.T.Errorf("%s: %s: %v, because of %v", when, what, err, errors.Unwrap(err))
		}
	}
	for range 4 {
		p.made++
		n := p.made
		all.Go(func() {
			name := fmt.Sprint("user ", n)
			_, err := p.S.CreateUser(ctx, name, name, "")
			check("a registration", err)
		})
		all.Go(func() {
			_, err := p.S.OpenSession(ctx, chat.Opening{User: p.User, Device: fmt.Sprint("device ", n), Session: chat.SessionID(100 + n), Node: 1, At: time.Now()})
			check("a login", err)
		})
		all.Go(func() {
			page, err := p.S.Page(ctx, p.head.Conv, 0, 1<<40, 1, 1<<20)
			if err == nil && len(page) != 1 {
				err = errors.New("it is empty")
			}
			check("history", err)
		})
		all.Go(func() {
			_, err := p.S.AccountByKey(ctx, "w")
			check("an account", err)
		})
	}
	all.Wait()
}

// Connections that the server closed while nobody used them cost nobody anything, whether
// the pause was short or long.
func TestConnectionsClosedByTheServer(t *testing.T) {
	t.Parallel() // it has a server of its own, and waits for it
	t.Run("mysql", func(t *testing.T) {
		db := ownServer(t, "mysql", "--wait-timeout=2")
		url, err := db.Create(t.Context(), "parley")
		if err != nil {
			t.Fatal(err)
		}
		s := dbtest.Catch(openServer(t, url))
		defer s.Close()
		p := newPeople(t, s)
		p.useAll("at first")
		awaitNone(t, db)
		p.useAll("after wait_timeout")
		killed := "DELIMITER //\nBEGIN NOT ATOMIC FOR r IN (SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'parley') DO " +
			"EXECUTE IMMEDIATE CONCAT('KILL ', r.ID); END FOR; END//"
		for range 3 {
			if err := db.Exec(t.Context(), "", killed); err != nil {
				t.Fatal(err)
			}
			p.useAll("after they were killed")
		}
	})
	t.Run("postgres", func(t *testing.T) {
		db := ownServer(t, "postgres")
		url, err := db.Create(t.Context(), "parley")
		if err != nil {
			t.Fatal(err)
		}
		s := dbtest.Catch(openServer(t, url))
		defer s.Close()
		p := newPeople(t, s)
		p.useAll("at first")
		for range 3 {
			if err := db.Exec(t.Context(), "", "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'parley'"); err != nil {
				t.Fatal(err)
			}
			p.useAll("after they were terminated")
		}
	})
}

// awaitNone waits until the server has closed every connection of the store.
func awaitNone(t *testing.T, db *engines.Database) {
	t.Helper()
	// The client fails where there is still one: the subquery returns more than one row.
	none := "SELECT (SELECT 1 UNION ALL SELECT 2 FROM information_schema.PROCESSLIST WHERE USER = 'parley')"
	for began := time.Now(); db.Exec(t.Context(), "", none) != nil; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the server does not close the connections")
		}
	}
}

// A read-only spell is one: writing works again at once when it is over, also on
// connections that were made meanwhile and lead to a server that stays read-only.
func TestAfterAReadOnlySpell(t *testing.T) {
	readOnly := map[string]string{
		"mysql":    "SET SESSION TRANSACTION READ ONLY",
		"postgres": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
	}
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		d, path, err := sqldb.New(dbtest.Fresh(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		// The address leads to a server that takes no writes while spell is true.
		var spell atomic.Bool
		connect := d.Connect
		d.Connect = func(ctx context.Context, addr string, p sqldb.Purpose) (driver.Conn, error) {
			c, err := connect(ctx, addr, p)
			if err == nil && spell.Load() {
				_, err = c.(driver.ExecerContext).ExecContext(ctx, readOnly[kind], nil)
			}
			return c, err
		}
		s, err := open(t.Context(), Options{}.withDefaults(), d, path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		p := newPeople(t, dbtest.Catch(s))
		p.useAll("at first")
		spell.Store(true)
		cutAll(t, s, kind)
		if a := p.Send(p.head, "meanwhile"); !errors.Is(a.Err, chat.E(wire.StoreFull)) {
			t.Errorf("a message meanwhile: %v", a.Err)
		}
		for range 8 {
			if _, err := s.CreateUser(t.Context(), "x", "x", ""); !errors.Is(err, chat.E(wire.StoreFull)) {
				t.Errorf("a registration meanwhile: %v", err)
			}
			if _, err := s.AccountByKey(t.Context(), "w"); err != nil {
				t.Errorf("reading meanwhile: %v", err)
			}
		}
		spell.Store(false)
		p.useAll("afterwards")
	})
}

// cutAll ends a store's connections at the server.
func cutAll(t *testing.T, s *Store, kind string) {
	t.Helper()
	l, err := sqldb.OpenLink(t.Context(), s.dialect, sqldb.ForMigration)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if kind == "postgres" {
		ask(t, l, "SELECT COUNT(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		return
	}
	for ask(t, l, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()") > 0 {
		id := ask(t, l, "SELECT COALESCE(MIN(ID), 0) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()")
		if _, err := l.DriverConn().(driver.ExecerContext).ExecContext(t.Context(), fmt.Sprint("KILL ", id), nil); err != nil && !strings.Contains(err.Error(), "Unknown thread") {
			t.Fatal(err)
		}
	}
}

// waitForStandby returns once the server has commits wait for a standby: a new configuration
// counts a while after it was loaded, and until then they do not wait. It leaves one commit
// waiting, which is not the store's.
func waitForStandby(t *testing.T, db *engines.Database, s *Store) {
	t.Helper()
	l, err := sqldb.OpenLink(t.Context(), s.dialect, sqldb.ForMigration)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	probing, enough := context.WithCancel(context.WithoutCancel(t.Context()))
	defer enough()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; probing.Err() == nil; n++ {
			_ = db.Exec(context.WithoutCancel(probing), "", fmt.Sprintf("CREATE TABLE probe_%d (n int)", n)) // it ends when it is cancelled
		}
	}()
	t.Cleanup(func() { <-done })
	for ask(t, l, "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 0 {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// PostgreSQL calls a commit a success whose wait for the standby was ended. It is none here:
// what no standby has is not acked.
func TestCommitThatNoStandbyHas(t *testing.T) {
	t.Parallel() // it has a server of its own, and waits for it
	if testing.Short() {
		t.Skip("database servers are not for a quick run")
	}
	db := ownServer(t, "postgres")
	url, err := db.Create(t.Context(), "parley")
	if err != nil {
		t.Fatal(err)
	}
	s := openServer(t, url)
	defer s.Close()
	var doubtful atomic.Bool
	s.SetAppended(func(batch []*chat.Append, d bool) {
		doubtful.Store(d)
		for _, a := range batch {
			a.Owner.(chan *chat.Append) <- a
		}
	})
	p := newPeople(t, s)
	p.useAll("at first")
	exec := func(text string) {
		t.Helper()
		if err := db.Exec(context.WithoutCancel(t.Context()), "", text); err != nil {
			t.Fatal(err)
		}
	}
	standby := func(names string) {
		exec("ALTER SYSTEM SET synchronous_standby_names = '" + names + "'")
		exec("SELECT pg_reload_conf()")
	}
	standby("nobody")
	defer standby("")
	waitForStandby(t, db, s)
	// Each waiting commit is cancelled, as an operator or a time-out would.
	cancelled := make(chan struct{})
	watching, stop := context.WithCancel(t.Context())
	go func() {
		defer close(cancelled)
		for watching.Err() == nil {
			_ = db.Exec(watching, "", "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
		}
	}()
	a := p.Send(p.head, "on one server alone")
	if !errors.Is(a.Err, chat.E(wire.Unavailable)) || !doubtful.Load() {
		t.Errorf("a message on one server alone: seq %d, %v, doubtful %v", a.Seq, a.Err, doubtful.Load())
	}
	if _, err := s.CreateUser(t.Context(), "alone", "alone", ""); !errors.Is(err, chat.E(wire.Unavailable)) {
		t.Errorf("a registration: %v", err)
	}
	stop()
	<-cancelled
	standby("")
	for {
		a = p.Send(p.head, "on one server alone")
		if !errors.Is(a.Err, chat.E(wire.Unavailable)) {
			break
		}
	}
	if !errors.Is(a.Err, chat.ErrRepeat) {
		t.Errorf("sent again: %v", a.Err)
	}
}

// A conflict is tried again until it succeeds: a metric, and nothing in the log.
func TestConflictsAreNoErrors(t *testing.T) {
	var log strings.Builder
	var conflicts atomic.Int64
	l := newLine(t, Options{
		Log: slog.New(slog.NewTextHandler(&log, nil)),
		Metrics: &Metrics{Retried: func(reason string) {
			if reason == "conflict" {
				conflicts.Add(1)
			}
		}},
	})
	left := 20
	l.b.set(func(b *breaker) {
		b.onCommit = func(do func() error) error {
			if left--; left >= 0 {
				return &fault{sqldb.FailedConflict}
			}
			return do()
		}
	})
	l.must(l.queue(1, "one")().Err)
	l.logIs("one")
	if conflicts.Load() != 20 || log.Len() > 0 {
		t.Errorf("%d conflicts are counted; the log:\n%s", conflicts.Load(), log.String())
	}
}

// Three nodes on a server that takes no more than ten connections serve, and say so.
func TestTooFewConnections(t *testing.T) {
	db := ownServer(t, "mysql", "--max-connections=10")
	url, err := db.Create(t.Context(), "parley")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), "", "CREATE USER plain@'127.0.0.1' IDENTIFIED BY 'parley'; GRANT ALL ON parley.* TO plain@'127.0.0.1'"); err != nil {
		t.Fatal(err)
	}
	url = strings.Replace(url, "parley:", "plain:", 1)
	var nodes []*people
	for i := range 3 {
		s := dbtest.Catch(openServer(t, url))
		defer s.Close()
		if i == 0 {
			nodes = append(nodes, newPeople(t, s))
			continue
		}
		id, err := s.CreateUser(t.Context(), fmt.Sprint("w", i), fmt.Sprint("w", i), "")
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.OpenSession(t.Context(), chat.Opening{User: id, Device: "d", Session: chat.SessionID(10 + i), Node: 1, At: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, &people{Writer: &dbtest.Writer{T: t, S: s, User: id, Device: o.Device, Session: chat.SessionID(10 + i)}, head: nodes[0].head, made: 1000 * i})
	}
	var all sync.WaitGroup
	for i, p := range nodes {
		all.Go(func() {
			p.useAll(fmt.Sprint("on node ", i))
			if err := p.S.Ping(t.Context()); err != nil {
				t.Errorf("node %d says of itself: %v", i, err)
			}
		})
	}
	all.Wait()
}
