package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/wire"
)

// holder is somebody else's transaction: an operator's, or that of a node that stands still.
type holder struct {
	t *testing.T
	l *sqldb.Link
}

func hold(t *testing.T, s *Store, id sqldb.Statement, args ...any) *holder {
	t.Helper()
	l, err := sqldb.OpenLink(t.Context(), s.dialect, sqldb.ForMigration) // no time-outs of ours
	if err != nil {
		t.Fatal(err)
	}
	h := &holder{t, l}
	t.Cleanup(h.release)
	if _, err := l.Exec(sqldb.Begin); err != nil {
		t.Fatal(err)
	}
	if r, err := l.One(id, args...); err != nil || r == nil {
		t.Fatal(r, err)
	}
	return h
}

func (h *holder) release() {
	if h.l != nil {
		if _, err := h.l.Exec(sqldb.Rollback); err != nil {
			h.t.Error(err)
		}
		h.l.Close()
		h.l = nil
	}
}

// stubborn sends into a conversation again and again, as clients do, until it is told to
// stop; stored tells how many messages were.
func stubborn(ctx context.Context, w *dbtest.Writer, h chat.Head, stored chan<- int) {
	n := 0
	for ctx.Err() == nil {
		if a := w.Send(h, "again"); a.Err == nil {
			n++
		} else if e := chat.AsError(a.Err); e.Code != wire.Busy {
			w.T.Errorf("a message to a locked row: %v", a.Err)
		}
	}
	stored <- n
}

// One row is locked by somebody for as long as it takes to store 500 messages of others:
// none of those is refused, and none waits for the lock to end.
func TestHeldRowHoldsUpNobodyElse(t *testing.T) {
	const others, each = 10, 50
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind)))
		defer s.Close()
		peer := dbtest.NewWriter(t, s, "peer", 1)
		heads := make([]chat.Head, others+2)
		writers := make([]*dbtest.Writer, others+2)
		for i := range writers {
			writers[i] = dbtest.NewWriter(t, s, fmt.Sprint("writer", i), chat.SessionID(100+i))
			_, h, _, err := s.OpenDirect(t.Context(), writers[i].User, peer.User)
			if err != nil {
				t.Fatal(err)
			}
			heads[i] = h
		}
		conv, device := others, others+1 // the ones that are locked
		locks := []*holder{hold(t, s, sqlLockConversation, heads[conv].Conv), hold(t, s, sqlLockDevice, writers[device].Device)}

		ctx, stop := context.WithCancel(t.Context())
		stored := make(chan int, 2)
		for _, i := range []int{conv, device} {
			go stubborn(ctx, writers[i], heads[i], stored)
		}
		done := make(chan struct{}, others)
		for i := range others {
			go func() {
				defer func() { done <- struct{}{} }()
				for n := range each {
					if a := writers[i].Send(heads[i], fmt.Sprint(n)); a.Err != nil {
						t.Errorf("message %d of another: %v", n, a.Err)
						return
					}
				}
			}()
		}
		for range others {
			<-done
		}
		for _, l := range locks { // only now
			l.release()
		}
		stop()
		for range 2 {
			<-stored
		}
		for _, i := range []int{conv, device} {
			for { // what was refused before the end of the lock is stored after it
				if a := writers[i].Send(heads[i], "after the lock"); a.Err == nil {
					break
				} else if e := chat.AsError(a.Err); e.Code != wire.Busy {
					t.Fatal(a.Err)
				}
			}
		}
		for i := range others {
			if n := len(dbtest.Dense(t, s, heads[i].Conv)); n != each {
				t.Errorf("%d messages are stored, want %d", n, each)
			}
		}
	})
}

// nothingWaits waits until the store says so: outcomes are handed back a moment before.
func nothingWaits(t *testing.T, s *Store) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		oldest, held := s.Waiting()
		if oldest == 0 && held == 0 {
			return
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("the oldest of %d still waits, for %v", held, oldest)
		}
	}
}

// What a device sends to others waits behind what it sent to a locked conversation, so that
// the order of its numbers holds; and all of it is stored when the lock ends.
func TestOrderBehindAHeldRow(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind)))
		defer s.Close()
		w, peer, third := dbtest.NewWriter(t, s, "w", 1), dbtest.NewWriter(t, s, "peer", 2), dbtest.NewWriter(t, s, "third", 3)
		_, locked, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		_, free, _, err := s.OpenDirect(t.Context(), w.User, third.User)
		if err != nil {
			t.Fatal(err)
		}
		lock := hold(t, s, sqlLockConversation, locked.Conv)
		outcome := make(chan *chat.Append, 100)
		post := func(n int64) {
			h := locked
			if n%2 == 0 {
				h = free
			}
			s.Append(&chat.Append{
				Conv: h.Conv, Version: h.Version, Sender: w.User, Device: w.Device, Session: w.Session, Body: fmt.Sprint(n),
				SendSeq: n, PrevSendSeq: n - 1, Owner: outcome,
			})
		}
		for n := range int64(5) {
			post(n + 1)
		}
		for { // until they stand aside
			if _, held := s.Waiting(); held == 5 {
				break
			}
			time.Sleep(time.Millisecond)
		}
		for n := range int64(5) { // these come when it is known already
			post(n + 6)
		}
		for range 50 { // others write to the free one
			if a := third.Send(free, "third"); a.Err != nil {
				t.Fatal(a.Err)
			}
		}
		if log := dbtest.Dense(t, s, free.Conv); len(log) != 50 {
			t.Errorf("%d messages stand in the free conversation, want the third's 50", len(log))
		}
		lock.release()
		for n := range int64(10) {
			a := <-outcome
			if a.Err != nil || a.SendSeq != n+1 {
				t.Errorf("outcome %d: number %d, %v", n+1, a.SendSeq, a.Err)
			}
		}
		nothingWaits(t, s)
		if n := len(dbtest.Dense(t, s, free.Conv)) + len(dbtest.Dense(t, s, locked.Conv)); n != 60 {
			t.Errorf("%d messages are stored", n)
		}
	})
}

// A lock that does not end: who waits for it is refused for now, again and again, and how
// long this has been so is not forgotten in between.
func TestPatienceWithAHeldRow(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s, err := Open(t.Context(), Options{URL: dbtest.Fresh(t, kind), lockPatience: 100 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Catch(s)
		defer s.Close()
		w, peer := dbtest.NewWriter(t, s, "w", 1), dbtest.NewWriter(t, s, "peer", 2)
		_, h, _, err := s.OpenDirect(t.Context(), w.User, peer.User)
		if err != nil {
			t.Fatal(err)
		}
		lock := hold(t, s, sqlLockConversation, h.Conv)
		var before time.Duration
		for range 3 {
			a := w.Send(h, "refused")
			if e := chat.AsError(a.Err); e == nil || e.Code != wire.Busy {
				t.Fatalf("behind a lock: %v", a.Err)
			}
			oldest, _ := s.Waiting()
			if oldest <= before {
				t.Errorf("the oldest waits for %v, and did for %v before", oldest, before)
			}
			before = oldest
		}
		// What is not there is told from what is locked.
		a := &chat.Append{
			Conv: h.Conv, Version: h.Version, Sender: w.User, Device: 1 << 40, Session: w.Session, Owner: make(chan *chat.Append, 1),
		}
		free := *a
		free.Conv = 1 << 40
		s.Append(&free)
		if <-a.Owner.(chan *chat.Append); !errors.Is(free.Err, chat.ErrSessionGone) {
			t.Errorf("a device that is not there: %v", free.Err)
		}
		lock.release()
		for {
			a := w.Send(h, "stored")
			if a.Err == nil {
				break
			}
			if e := chat.AsError(a.Err); e.Code != wire.Busy {
				t.Fatal(a.Err)
			}
		}
		nothingWaits(t, s)
	})
}

// Writes that are no messages meet locked rows, more of them than there are connections:
// those of others are done while the locks are held, and these are when they end.
func TestHeldRowsHoldUpNoOtherWrites(t *testing.T) {
	const locked = 8
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind)))
		defer s.Close()
		other := dbtest.NewWriter(t, s, "other", 1)
		var locks []*holder
		outcomes := make(chan error, locked)
		for i := range locked {
			w := dbtest.NewWriter(t, s, fmt.Sprint("writer", i), chat.SessionID(100+i))
			locks = append(locks, hold(t, s, sqlLockDevice, w.Device))
			go func() {
				for {
					_, err := s.OpenSession(context.Background(), chat.Opening{User: w.User, Device: "d", Session: chat.SessionID(200 + i), Node: 1, At: time.Now()})
					if e := chat.AsError(err); e == nil || e.Code != wire.Busy {
						outcomes <- err
						return
					}
				}
			}()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second) // each would take several without a mend
		defer cancel()
		for i := range 100 {
			if _, err := s.OpenSession(ctx, chat.Opening{User: other.User, Device: "d", Session: chat.SessionID(1000 + i), Node: 1, At: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(outcomes); n > 0 {
			t.Errorf("%d of those that meet a lock have ended: %v", n, <-outcomes)
		}
		for _, l := range locks {
			l.release()
		}
		for range locked {
			if err := <-outcomes; err != nil {
				t.Error(err)
			}
		}
	})
}
