package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
	"parley/internal/store/moving"
	"parley/wire"
)

// TestInvitesOverThreeNodes: however many register by one code at the same time on however
// many nodes, as many get in as it is for, and a name that is kept goes to one.
func TestInvitesOverThreeNodes(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		const people, uses = 240, 17
		url := dbtest.Fresh(t, kind)
		var stores []*Store
		for range 3 {
			s := openServer(t, url)
			defer s.Close()
			stores = append(stores, s)
		}
		many, one := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
		ends := time.Now().Add(time.Hour)
		for _, i := range []struct {
			hash []byte
			i    chat.RegistrationInvite
		}{{many, chat.RegistrationInvite{Uses: uses, EndsAt: ends}}, {one, chat.RegistrationInvite{Name: "kept", Uses: 1, EndsAt: ends}}} {
			if _, err := stores[0].AddRegistrationInvite(t.Context(), i.i, i.hash); err != nil {
				t.Fatal(err)
			}
		}
		var invited, kept atomic.Int64
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				s, name, hash, won := stores[i%3], fmt.Sprint("person ", i), many, &invited
				if i%4 == 0 {
					name, hash, won = "kept", one, &kept
				}
				_, err := s.CreateInvitedUser(context.Background(), name, name, "", hash)
				switch e := chat.AsError(err); {
				case e == nil:
					won.Add(1)
				case e.Code != wire.BadRegistrationInvite && e.Code != wire.NameTaken && e.Code != wire.Busy:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if invited.Load() != uses || kept.Load() != 1 {
			t.Errorf("%d of %d got in by the code, and %d by the name", invited.Load(), uses, kept.Load())
		}
		i, err := stores[1].FindRegistrationInvite(t.Context(), many)
		if err != nil || i.Used != uses {
			t.Errorf("%+v %v", i, err)
		}
	})
}

// TestKeptNamesAfterAMove: what names look like is not moved, it is made anew at the start.
func TestKeptNamesAfterAMove(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "to.db")
	s := openTest(t, Options{URL: from})
	hash := bytes.Repeat([]byte{7}, 32)
	if _, err := s.AddRegistrationInvite(t.Context(), chat.RegistrationInvite{Name: "Scope", Uses: 1, EndsAt: time.Now().Add(time.Hour)}, hash); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := moving.Move(t.Context(), from, to, moving.Options{Progress: func(moving.Progress) {}}); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, Options{URL: to})
	defer s.Close()
	for _, name := range []string{"scope", "ѕсоре"} {
		if _, err := s.CreateUser(t.Context(), name, chat.NameKey(name), ""); chat.AsError(err).Code != wire.NameTaken {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.CreateInvitedUser(t.Context(), "SCOPE", "scope", "", hash); err != nil {
		t.Error(err)
	}
}
