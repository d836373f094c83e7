package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
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

// Two nodes append to one group, while members come and go and devices are taken over:
// one dense order, and nobody waits for ever.
func TestTwoNodesOnOneDatabase(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		const each = 150
		url := dbtest.Fresh(t, kind)
		one, two := dbtest.Catch(openServer(t, url)), dbtest.Catch(openServer(t, url))
		defer one.Close()
		defer two.Close()
		a, b := dbtest.NewWriter(t, one, "a", 1), dbtest.NewWriter(t, two, "b", 2)
		g, m, _, err := one.CreateGroup(t.Context(), a.User, "g", "", chat.JoinOpen, 0, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := two.JoinGroup(t.Context(), b.User, g.ID, 0, 0); err != nil {
			t.Fatal(err)
		}
		h := chat.Head{Conv: m.Conv.ID, Version: m.Version}
		_, direct, _, err := two.OpenDirect(t.Context(), a.User, b.User)
		if err != nil {
			t.Fatal(err)
		}
		guest, err := one.CreateUser(t.Context(), "guest", "guest", "")
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, w := range []*dbtest.Writer{a, b} {
			wg.Go(func() {
				for i := range each {
					to := h
					if i%3 == 0 {
						to = direct
					}
					if o := w.Send(to, fmt.Sprint(w.User, " ", i)); o.Err != nil {
						t.Errorf("append %d: %v", i, o.Err)
						return
					}
				}
			})
		}
		for i, s := range []*Store{one, two} {
			wg.Go(func() {
				for range 20 {
					_, err := s.OpenSession(t.Context(), chat.Opening{User: guest, Device: "shared", Session: chat.SessionID(100 + i), Node: 1, At: time.Now()})
					if err != nil {
						t.Errorf("takeover: %v", err)
					}
					_, _, _, err = s.JoinGroup(t.Context(), guest, g.ID, 0, 0)
					if code := chat.AsError(err); code != nil && code.Code != wire.AlreadyMember {
						t.Errorf("join: %v", err)
					}
					_, err = s.AddFriend(t.Context(), guest, a.User, 0)
					if code := chat.AsError(err); code != nil && code.Code != wire.AlreadyFriends {
						t.Errorf("befriend: %v", err)
					}
				}
			})
		}
		wg.Wait()
		if n := len(dbtest.Dense(t, one, h.Conv)) + len(dbtest.Dense(t, two, direct.Conv)); n != 2*each {
			t.Errorf("%d messages are stored, want %d", n, 2*each)
		}
	})
}

// Of any number of nameless logins of one account, over three nodes, exactly one wins.
func TestNamelessLoginsOverThreeNodes(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		const logins = 1000
		url := dbtest.Fresh(t, kind)
		var stores []*Store
		for range 3 {
			s := openServer(t, url)
			defer s.Close()
			stores = append(stores, s)
		}
		u, err := stores[0].CreateUser(t.Context(), "u", "u", "")
		if err != nil {
			t.Fatal(err)
		}
		var won, refused atomic.Int64
		var wg sync.WaitGroup
		for i := range logins {
			wg.Go(func() {
				_, err := stores[i%3].OpenSession(context.Background(), chat.Opening{User: u, Session: chat.SessionID(i + 1), Node: 1, At: time.Now()})
				switch e := chat.AsError(err); {
				case e == nil:
					won.Add(1)
				case e.Code == wire.AlreadyOnline || e.Code == wire.Busy:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || refused.Load() != logins-1 {
			t.Errorf("%d won, %d were refused", won.Load(), refused.Load())
		}
	})
}

// The server is killed under load and comes back: what was acked is there, in its
// place, and everything goes on by itself.
func TestServerKilled(t *testing.T) {
	t.Parallel() // it has a server of its own, and waits for it
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		db := ownServer(t, kind)
		url, err := db.Create(t.Context(), "parley")
		if err != nil {
			t.Fatal(err)
		}
		s := dbtest.Catch(openServer(t, url))
		defer s.Close()
		w := dbtest.NewWriter(t, s, "w", 1)
		peer := dbtest.NewWriter(t, s, "peer", 2)
		_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		acked := map[int64]string{}
		var n atomic.Int64
		done := make(chan struct{})
		stop := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				body := fmt.Sprint("message ", i)
				a := w.Send(h, body)
				switch {
				case a.Err == nil:
					acked[a.Seq] = body
					n.Add(1)
				case errors.Is(a.Err, chat.ErrRepeat): // stored, though nobody knew
					w.Number = a.LastSendSeq
				}
			}
		}()
		progress := func(what string) {
			t.Helper()
			from := n.Load()
			for began := time.Now(); n.Load() < from+20; time.Sleep(10 * time.Millisecond) {
				if time.Since(began) > 30*time.Second {
					t.Fatalf("%s: no acks", what)
				}
			}
		}
		progress("at first")
		for range 3 {
			db.Kill()
			if err := db.Restart(t.Context()); err != nil {
				t.Fatal(err)
			}
			progress("after a restart")
		}
		close(stop)
		<-done
		log := dbtest.Dense(t, s, h.Conv)
		for seq, body := range acked {
			if seq > int64(len(log)) || log[seq-1].Body != body {
				t.Errorf("seq %d was acked as %q and is not there", seq, body)
			}
		}
		t.Logf("%d acked, %d stored", len(acked), len(log))
	})
}

// A server that stands still ends every call in time, and nothing is acked meanwhile.
func TestServerFrozen(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		db := dbtest.Server(t, kind)
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind)))
		defer s.Close()
		w, peer := dbtest.NewWriter(t, s, "w", 1), dbtest.NewWriter(t, s, "peer", 2)
		_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		if a := w.Send(h, "before"); a.Err != nil {
			t.Fatal(a.Err)
		}
		if err := db.Freeze(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		a := w.Send(h, "meanwhile")
		took := time.Since(began)
		if err := db.Continue(); err != nil {
			t.Fatal(err)
		}
		if e := chat.AsError(a.Err); e == nil || e.Code != wire.Unavailable || took > 4*sqldb.CallTimeout {
			t.Errorf("after %v: %v", took, a.Err)
		}
		a = w.Send(h, "meanwhile")
		if a.Err != nil && !errors.Is(a.Err, chat.ErrRepeat) {
			t.Errorf("afterwards: %v", a.Err)
		}
		if log := dbtest.Dense(t, s, h.Conv); len(log) != 2 {
			t.Errorf("%d messages are stored", len(log))
		}
	})
}

// A node that stands still between its first lock and its commit does not stop the
// others: the server ends its transaction.
func TestFrozenInATransaction(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind)))
		defer s.Close()
		w, peer := dbtest.NewWriter(t, s, "w", 1), dbtest.NewWriter(t, s, "peer", 2)
		_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		frozen, err := sqldb.OpenLink(t.Context(), s.dialect, sqldb.ForWriting)
		if err != nil {
			t.Fatal(err)
		}
		defer frozen.Close()
		if _, err := frozen.Exec(sqldb.Begin); err != nil {
			t.Fatal(err)
		}
		if r, err := frozen.One(sqlLockConversation, h.Conv); err != nil || r == nil {
			t.Fatal(r, err)
		}
		began := time.Now()
		for {
			a := w.Send(h, "behind a lock")
			if a.Err == nil {
				break
			}
			if e := chat.AsError(a.Err); e.Code != wire.Busy || time.Since(began) > 10*time.Second {
				t.Fatalf("after %v: %v", time.Since(began), a.Err)
			}
		}
		t.Logf("went on after %v", time.Since(began))
		if _, err := frozen.Exec(sqldb.Commit); err == nil {
			t.Error("the frozen transaction could still commit")
		}
	})
}

// What is wrong with a URL is said, and never the password.
func TestServerURLs(t *testing.T) {
	for url, want := range map[string]string{
		"mysql://u:secret@/db":                         "names no host",
		"mysql://host/db":                              "names no user",
		"postgres://u:secret@host":                     "names no database",
		"postgres://u:secret@host/db?wrong=1":          "unknown parameter \"wrong\"",
		"postgres://u:sec%zzret@host/db":               "cannot be read",
		"oracle://u:secret@host/db":                    "is not known",
		"mysql://u:secret@127.0.0.1:1/db":              "cannot open the database mysql://u@127.0.0.1:1/db",
		"postgres://u:secret@127.0.0.1:1/db":           "cannot open the database postgres://u@127.0.0.1:1/db",
		"postgres://u:secret@127.0.0.1:1/db?sslmode=x": "sslmode",
	} {
		_, err := Open(context.Background(), Options{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "sec%") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// What a server says against a URL is told with what to do.
func TestServersRefuse(t *testing.T) {
	advice := map[string]map[string]string{
		"mysql": {
			"no password": "the user or the password is wrong", "no database": "there is no such database",
			"no rights": "GRANT ALL", "nobody": "nothing answers there",
		},
		"postgres": {
			"no password": "the user or the password is wrong", "no database": "there is no such database",
			"no rights": "GRANT CREATE ON SCHEMA public", "nobody": "nothing answers there",
		},
	}
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		good := dbtest.Fresh(t, kind)
		user, database, rights := "parley:wrong", "none", "CREATE USER weak@'127.0.0.1'"
		if kind == "postgres" {
			user, rights = "stranger:wrong", "CREATE ROLE weak LOGIN"
		}
		if err := dbtest.Server(t, kind).Exec(t.Context(), "", rights); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		for name, change := range map[string]func(u *url.URL){
			"no password": func(u *url.URL) { n, p, _ := strings.Cut(user, ":"); u.User = url.UserPassword(n, p) },
			"no database": func(u *url.URL) { u.Path = "/" + database },
			"no rights":   func(u *url.URL) { u.User = url.User("weak") },
			"nobody":      func(u *url.URL) { u.Host = "127.0.0.1:1" },
		} {
			bad := *u
			change(&bad)
			s, err := Open(t.Context(), Options{URL: bad.String()})
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), advice[kind][name]) || strings.Contains(err.Error(), "wrong@") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// The servers' own counters say that statements are prepared, and executed as such.
func TestStatementsArePreparedForReal(t *testing.T) {
	for kind, count := range map[string]func(t *testing.T, url string, l *sqldb.Link) int64{
		// Executions of prepared statements, on the whole server.
		"mysql": func(t *testing.T, _ string, l *sqldb.Link) int64 {
			return ask(t, l, "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'")
		},
		// Executions of the statements that this very connection has prepared.
		"postgres": func(t *testing.T, _ string, l *sqldb.Link) int64 {
			return ask(t, l, "SELECT COALESCE(SUM(generic_plans + custom_plans), 0)::bigint FROM pg_prepared_statements WHERE statement LIKE '%name_key%'")
		},
	} {
		t.Run(kind, func(t *testing.T) {
			url := dbtest.Fresh(t, kind)
			s := openServer(t, url)
			defer s.Close()
			l, err := sqldb.OpenLink(t.Context(), s.dialect, sqldb.ForReading)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			const times = 25
			before := count(t, url, l)
			for i := range times {
				if _, err := l.One(sqlAccountByKey, fmt.Sprint("nobody ", i, "'; DROP TABLE users; --")); err != nil {
					t.Fatal(err)
				}
			}
			if n := count(t, url, l) - before; n < times {
				t.Errorf("the server has executed %d prepared statements, want %d at least", n, times)
			}
		})
	}
}

// ask reads one number that no statement of the registry gives.
func ask(t *testing.T, l *sqldb.Link, text string) int64 {
	t.Helper()
	stmt, err := l.DriverConn().(driver.ConnPrepareContext).PrepareContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	r := make(sqldb.Row, len(rows.Columns()))
	if err := rows.Next(r); err != nil {
		t.Fatal(err)
	}
	return r.Num(0)
}
