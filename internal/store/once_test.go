package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/test/faultproxy"
)

// countedConn counts what is executed on a connection: each is a round trip. Whether the
// server is still there is asked after a pause, with nothing locked, and not counted.
type countedConn struct {
	driver.Conn
	n   *atomic.Int64
	not string
}

type countedStmt struct {
	driver.Stmt
	n *atomic.Int64
}

func (c countedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if text == c.not {
		return s, err
	}
	return countedStmt{s, c.n}, err
}

func (s countedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.n.Add(1)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s countedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.n.Add(1)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// A transaction of appends is one round trip, which begins and commits it; also with many
// messages, devices and conversations in it, and for a lane.
func TestATransactionIsOneRoundTrip(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		d, path, err := sqldb.New(dbtest.Fresh(t, kind))
		if err != nil {
			t.Fatal(err)
		}
		var trips atomic.Int64
		connect := d.Connect
		d.Connect = func(ctx context.Context, addr string, p sqldb.Purpose) (driver.Conn, error) {
			c, err := connect(ctx, addr, p)
			if err == nil && p == sqldb.ForWriting {
				c = countedConn{c, &trips, d.AllTexts()[sqldb.Writable]}
			}
			return c, err
		}
		var commits atomic.Int64
		o := Options{Metrics: &Metrics{Commit: func(appends, _ int, _ float64, _ bool) { commits.Add(1) }}}
		s, err := open(t.Context(), o.withDefaults(), d, path)
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Catch(s)
		defer s.Close()
		const senders, each = 8, 25
		peer := dbtest.NewWriter(t, s, "peer", 1)
		var writers []*dbtest.Writer
		var heads []chat.Head
		for i := range senders {
			w := dbtest.NewWriter(t, s, fmt.Sprint("w", i), chat.SessionID(10+i))
			_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
			if err != nil {
				t.Fatal(err)
			}
			writers, heads = append(writers, w), append(heads, h)
		}
		commits.Store(0)
		trips.Store(0)
		var wg sync.WaitGroup
		for i, w := range writers {
			wg.Go(func() {
				for n := range each {
					if a := w.Send(heads[(i+n)%2], fmt.Sprintf("%d \"quoted\" \\ \n 好 👋 %d", i, n)); i > 1 && a.Err != nil {
						t.Error(a.Err) // a stranger's device may write anywhere: membership is not the store's
					}
				}
			})
		}
		wg.Wait()
		if s.noOnce.Load() {
			t.Error("the server does not know the statement")
		}
		if n, of := trips.Load(), commits.Load(); n != of || of == 0 {
			t.Errorf("%d round trips for %d transactions", n, of)
		}
		if n := len(dbtest.Dense(t, s, heads[0].Conv)) + len(dbtest.Dense(t, s, heads[1].Conv)); n != senders*each {
			t.Errorf("%d messages are stored", n)
		}
		if m := dbtest.Dense(t, s, heads[0].Conv)[0]; !strings.Contains(m.Body, "\"quoted\" \\ \n 好 👋 ") {
			t.Errorf("the text became %q", m.Body)
		}
	})
}

// A node that is 300 ms from the database writes to a conversation without a pause: the
// conversation's row is free nearly always, so that other nodes do not feel it.
func TestFarNodeHoldsNoLocks(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		url := dbtest.Fresh(t, kind)
		way, err := faultproxy.New(dbtest.Server(t, kind).Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer way.Close()
		near := dbtest.Catch(openServer(t, url))
		defer near.Close()
		far := dbtest.Catch(openServer(t, strings.Replace(url, dbtest.Server(t, kind).Addr(), way.Addr(), 1)))
		defer far.Close()
		w, peer := dbtest.NewWriter(t, far, "far", 1), dbtest.NewWriter(t, near, "near", 2)
		_, h, _, err := far.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		if a := w.Send(h, "first"); a.Err != nil { // what is prepared is prepared
			t.Fatal(a.Err)
		}
		way.Delay(300 * time.Millisecond)
		stored := make(chan error, 1)
		go func() {
			for range 5 {
				if a := w.Send(h, "from afar"); a.Err != nil {
					stored <- a.Err
					return
				}
			}
			stored <- nil
		}()
		l, err := sqldb.OpenLink(t.Context(), near.dialect, sqldb.ForWriting)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		looks, held := 0, 0
		for ; len(stored) == 0; looks++ {
			if _, err := l.Exec(sqldb.Begin); err != nil {
				t.Fatal(err)
			}
			r, err := l.One(sqlLockConversations, idList([]chat.ConvID{h.Conv}))
			if err != nil {
				t.Fatal(err)
			}
			if r == nil {
				held++
			}
			if _, err := l.Exec(sqldb.Rollback); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Millisecond)
		}
		if err := <-stored; err != nil {
			t.Fatal(err)
		}
		t.Logf("the row was held at %d of %d looks", held, looks)
		if looks < 20 || held*10 > looks {
			t.Errorf("the row was held at %d of %d looks", held, looks)
		}
		way.Heal()
	})
}

// Random batches, with sessions that have ended, numbers out of step, repeats, versions that
// have moved and rows that others hold, have the same outcomes whether they go as one
// statement or step by step.
func TestOneStatementDecidesAsTheLongWay(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		url := dbtest.Fresh(t, kind)
		short, long := openServer(t, url), openServer(t, url)
		defer short.Close()
		defer long.Close()
		long.noOnce.Store(true)
		var pens [2]*pen
		for i, s := range []*Store{short, long} {
			pens[i] = &pen{store: s, faults: noFaults{}}
			defer pens[i].close()
		}
		users := 0
		rapid.Check(t, func(rt *rapid.T) {
			var results [2]string
			batches := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(drawAppend), 1, 6), 1, 3).Draw(rt, "batches")
			heldConv, heldDevice := rapid.IntRange(0, 3).Draw(rt, "held conversation"), rapid.IntRange(0, 5).Draw(rt, "held device")
			for i, s := range []*Store{short, long} {
				m := modelScene(t, s, &users)
				var locks []*holder
				if heldConv < 2 {
					locks = append(locks, hold(t, s, sqlLockConversation, m.convs[heldConv].id))
				}
				if heldDevice < 2 {
					locks = append(locks, hold(t, s, sqlLockDevice, m.devices[heldDevice].id))
				}
				results[i] = runBatches(pens[i], m, batches)
				for _, l := range locks {
					l.release()
				}
				for _, v := range m.convs {
					results[i] += fmt.Sprint(" conversation ", len(dbtest.Dense(t, s, v.id)))
				}
			}
			if results[0] != results[1] {
				rt.Errorf("as one statement: %s\nstep by step:     %s", results[0], results[1])
			}
		})
		if short.noOnce.Load() {
			t.Error("the server does not know the statement")
		}
	})
}

// drawn is a random append: which device and conversation, and how it differs from what
// it ought to be.
type drawn struct{ device, conv, sendSeq, prev, session, version int }

func drawAppend(rt *rapid.T) drawn {
	odd := func(name string) int { return max(0, rapid.IntRange(-4, 1).Draw(rt, name)) }
	return drawn{
		rapid.IntRange(0, 1).Draw(rt, "device"), rapid.IntRange(0, 1).Draw(rt, "conversation"),
		rapid.IntRange(0, 3).Draw(rt, "send_seq"), odd("prev"), odd("session"), odd("version"),
	}
}

// runBatches takes batches through transactions of their own and tells the outcomes, by
// device: the order of several devices is nobody's.
func runBatches(p *pen, m model, batches [][]drawn) string {
	var b batch
	b.init(p.store.committer, p)
	var told [2]string
	next := [2]int64{1, 1}
	for _, all := range batches {
		var items []item
		var of []int
		for i, d := range all {
			a := &chat.Append{
				Conv: m.convs[d.conv].id, Version: m.convs[d.conv].version + int64(d.version), Sender: m.devices[d.device].user,
				Device: m.devices[d.device].id, Session: m.devices[d.device].session + chat.SessionID(d.session), Body: fmt.Sprint(i),
			}
			if d.sendSeq > 0 {
				a.SendSeq = next[d.device] + int64(max(0, d.sendSeq-2))
				a.PrevSendSeq = max(0, a.SendSeq-1-int64(d.prev))
				next[d.device] = a.SendSeq + 1
			}
			items, of = append(items, item{append: a}), append(of, d.device)
		}
		order := append([]item(nil), items...)
		b.do(items)
		for i, it := range order {
			told[of[i]] += fmt.Sprintf(" [%d: %v, last %d]", it.append.SendSeq, it.append.Err, it.append.LastSendSeq)
		}
	}
	return fmt.Sprint(told)
}
