package store

import (
	"fmt"
	"sync"
	"testing"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/wire"
)

// changeOn changes a message until it is done or refused for good. w sends through a store.
func changeOn(t *testing.T, w *dbtest.Writer, h chat.Head, ch chat.Change) *chat.Append {
	t.Helper()
	for {
		a := w.Change(h, ch)
		if e := chat.AsError(a.Err); e == nil || e.Code != wire.Busy {
			return a
		}
	}
}

// Two nodes change the same message at the same time, and chat meanwhile: each change has a number
// of its own, none is left out, the counts are right, and so is the log.
func TestReactionsOnTwoNodes(t *testing.T) {
	const people, each = 6, 20
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		url := dbtest.Fresh(t, kind)
		nodes := []*Store{dbtest.Catch(openServer(t, url, patiently)), dbtest.Catch(openServer(t, url, patiently))}
		defer nodes[0].Close()
		defer nodes[1].Close()
		var all []*dbtest.Writer
		for i := range people {
			all = append(all, dbtest.NewWriter(t, nodes[i%2], fmt.Sprint("user ", i), chat.SessionID(10+i)))
		}
		g, m, _, err := nodes[0].CreateGroup(t.Context(), all[0].User, "group", "", chat.JoinOpen, 0, nodes[0].clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range all[1:] {
			if _, m, _, err = nodes[0].JoinGroup(t.Context(), w.User, g.ID, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		h := chat.Head{Conv: m.Conv.ID, Version: m.Version}
		if a := all[0].Send(h, "what do you think?"); a.Err != nil {
			t.Fatal(a.Err)
		}
		revs := make([][]int64, people)
		var done sync.WaitGroup
		for i, w := range all {
			done.Go(func() {
				for k := range each {
					op := chat.React
					if k%4 == 3 { // the last one of four is withdrawn again
						op = chat.Unreact
					}
					a := changeOn(t, w, h, chat.Change{Op: op, Seq: 1, Emoji: string(rune(0x1F400 + k - k%4/3))})
					if a.Err != nil || a.Same {
						t.Errorf("%s by %d: same %v, %v", op, i, a.Same, a.Err)
						return
					}
					revs[i] = append(revs[i], a.Rev)
					if a := w.Send(h, fmt.Sprint(i, " and ", k)); a.Err != nil && chat.AsError(a.Err).Code != wire.Busy {
						t.Errorf("a message by %d: %v", i, a.Err)
					}
				}
			})
		}
		done.Wait()
		seen := map[int64]bool{}
		for i, list := range revs {
			for k, rev := range list {
				if seen[rev] || k > 0 && rev <= list[k-1] {
					t.Errorf("user %d has the revs %v", i, list)
				}
				seen[rev] = true
			}
		}
		heads, err := nodes[1].Heads(t.Context(), []chat.ConvID{h.Conv})
		if err != nil || len(seen) != people*each || heads[0].LastRev != int64(people*each) {
			t.Errorf("%d revs up to %+v, want %d, %v", len(seen), heads, people*each, err)
		}
		states, err := nodes[1].States(t.Context(), h.Conv, 0, 10)
		if err != nil || len(states) != 1 || states[0].Rev != int64(people*each) || len(states[0].Reactions) != each/2 {
			t.Errorf("%+v, %v", states, err)
		}
		for _, r := range states[0].Reactions {
			if r.Count != people {
				t.Errorf("%s has %d, want %d", r.Emoji, r.Count, people)
			}
		}
		dbtest.Dense(t, nodes[0], h.Conv)
	})
}
