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

// TestGroupInvitesOverThreeNodes: the same for an invitation to a group, while another one is
// revoked.
func TestGroupInvitesOverThreeNodes(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		const people, uses = 120, 17
		url := dbtest.Fresh(t, kind)
		var stores []*Store
		for range 3 {
			s := openServer(t, url)
			defer s.Close()
			stores = append(stores, s)
		}
		users := make([]chat.UserID, people+1)
		for i := range users {
			id, err := stores[0].CreateUser(t.Context(), fmt.Sprint("person ", i), fmt.Sprint("person ", i), "")
			if err != nil {
				t.Fatal(err)
			}
			users[i] = id
		}
		creator := users[people]
		g, _, _, err := stores[0].CreateGroup(t.Context(), creator, "the group", "", chat.JoinByInvite, 0, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		add := func(code string, uses int64) chat.GroupInviteID {
			i, err := stores[0].AddGroupInvite(t.Context(), creator, chat.GroupInvite{Group: g.ID, Code: code, Uses: uses, EndsAt: time.Now().Add(time.Hour)}, 0)
			if err != nil {
				t.Fatal(err)
			}
			return i.Invite.ID
		}
		add("MANY", uses)
		doomed := add("DOOMED", 0)
		var came, byDoomed atomic.Int64
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				s, code, won := stores[i%3], "MANY", &came
				if i%4 == 0 {
					code, won = "DOOMED", &byDoomed
				}
				if i == people/2 {
					if _, err := s.RevokeGroupInvite(context.Background(), creator, g.ID, doomed); err != nil {
						t.Error(err)
					}
				}
				_, _, _, err := s.JoinByInvite(context.Background(), users[i], code, 0, 0)
				switch e := chat.AsError(err); {
				case e == nil:
					won.Add(1)
				case e.Code != wire.InviteUsedUp && e.Code != wire.InviteRevoked && e.Code != wire.Busy:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if came.Load() != uses {
			t.Errorf("%d came by a code for %d", came.Load(), uses)
		}
		for code, want := range map[string]int64{"MANY": uses, "DOOMED": byDoomed.Load()} {
			if i, err := stores[1].FindGroupInvite(t.Context(), code); err != nil || i.Used != want {
				t.Errorf("%s: used %d times (%v), and %d came by it", code, i.Used, err, want)
			}
		}
		if _, _, _, err := stores[2].JoinByInvite(t.Context(), users[0], "DOOMED", 0, 0); err == nil {
			t.Error("a revoked invitation was used")
		}
		if info, err := stores[2].Group(t.Context(), g.ID); err != nil || info.Members != 1+came.Load()+byDoomed.Load() {
			t.Errorf("%+v %v", info, err)
		}
	})
}
