package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/wire"
)

// sendKeyed sends with a key until it is taken or refused for good.
func sendKeyed(t *testing.T, s *Store, user chat.UserID, h chat.Head, key, body string) *chat.Append {
	t.Helper()
	for {
		a := &chat.Append{
			Conv: h.Conv, Version: h.Version, Sender: user, Body: body,
			Key: &chat.SendKey{Key: key, Sum: [32]byte{byte(len(body))}}, Owner: make(chan *chat.Append, 1),
		}
		s.Append(a)
		<-a.Owner.(chan *chat.Append)
		if e := chat.AsError(a.Err); e == nil || e.Code != wire.Busy {
			return a
		}
	}
}

// Two nodes that are given the same keys at the same time store each message once, and both
// tell where.
func TestSendKeysOnTwoNodes(t *testing.T) {
	const keys, users = 40, 3
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		url := dbtest.Fresh(t, kind)
		nodes := []*Store{dbtest.Catch(openServer(t, url, patiently)), dbtest.Catch(openServer(t, url, patiently))}
		defer nodes[0].Close()
		defer nodes[1].Close()
		peer := dbtest.NewWriter(t, nodes[0], "peer", 1)
		for u := range users {
			from := dbtest.NewWriter(t, nodes[0], fmt.Sprint("user", u), chat.SessionID(10+u))
			_, h, _, err := nodes[0].OpenDirect(t.Context(), from.User, peer.User)
			if err != nil {
				t.Fatal(err)
			}
			told := make([][4]*chat.Append, keys)
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					for k := range keys {
						told[k][i] = sendKeyed(t, nodes[i%2], from.User, h, fmt.Sprint("key ", k), "text")
					}
				})
			}
			all.Wait()
			for k, as := range told {
				stored := 0
				for _, a := range as {
					if a.Err == nil {
						stored++
					} else if !errors.Is(a.Err, chat.ErrRepeat) {
						t.Errorf("key %d: %v", k, a.Err)
					}
					if a.Seq != as[0].Seq || !a.At.Equal(as[0].At) {
						t.Errorf("key %d is told at %d, %v and at %d, %v", k, a.Seq, a.At, as[0].Seq, as[0].At)
					}
				}
				if stored != 1 {
					t.Errorf("key %d was stored %d times", k, stored)
				}
			}
			if n := len(dbtest.Dense(t, nodes[1], h.Conv)); n != keys {
				t.Errorf("%d messages of %d keys", n, keys)
			}
		}
	})
}

// While somebody holds the row of a user who sends without a session, that user's messages
// wait in their order, and nobody else's do. Then they are stored.
func TestHeldSenderHoldsUpNobodyElse(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		s := dbtest.Catch(openServer(t, dbtest.Fresh(t, kind), patiently))
		defer s.Close()
		bot, other := dbtest.NewWriter(t, s, "bot", 1), dbtest.NewWriter(t, s, "other", 2)
		_, h, _, err := s.OpenDirect(t.Context(), bot.User, other.User)
		if err != nil {
			t.Fatal(err)
		}
		lock := hold(t, s, sqlLockSender, bot.User)
		const waiting = 5
		var as []*chat.Append
		for n := range waiting {
			a := &chat.Append{
				Conv: h.Conv, Version: h.Version, Sender: bot.User, Body: fmt.Sprint(n),
				Key: &chat.SendKey{Key: fmt.Sprint(n)}, Owner: make(chan *chat.Append, 1),
			}
			as = append(as, a)
			s.Append(a)
		}
		for n := range 50 {
			if a := other.Send(h, "free"); a.Err != nil {
				t.Fatalf("message %d of another: %v", n, a.Err)
			}
		}
		for _, a := range as {
			select {
			case <-a.Owner.(chan *chat.Append):
				t.Fatalf("while the sender's row is held: seq %d, %v", a.Seq, a.Err)
			default:
			}
		}
		lock.release()
		last := int64(0)
		for n, a := range as {
			select {
			case <-a.Owner.(chan *chat.Append):
			case <-time.After(time.Minute):
				t.Fatalf("message %d still waits", n)
			}
			if a.Err != nil || a.Seq <= last {
				t.Errorf("message %d: seq %d behind %d, %v", n, a.Seq, last, a.Err)
			}
			last = a.Seq
		}
		dbtest.Dense(t, s, h.Conv)
	})
}
