package client

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/wire"
)

func TestListsComeInPages(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		go func() {
			q := p.expect(wire.Friends)
			p.send(&wire.FriendsReply{RID: q.RID, Friends: []wire.FriendRow{{ID: 2, Name: "bob", State: "online"}}, More: true})
			q = p.expect(wire.Friends)
			want(t, q.After, 2)
			p.send(&wire.FriendsReply{RID: q.RID, Friends: []wire.FriendRow{{ID: 3, Name: "carol", State: "offline"}}})
			q = p.expect(wire.Groups)
			want(t, q.GID, 9)
			p.send(&wire.GroupsReply{RID: q.RID, GID: 9, Members: []wire.MemberRow{{ID: 1, Name: "alice", Role: "creator", State: "online"}}})
		}()
		all, err := c.Friends(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want(t, all, []Friend{{User: User{2, "bob"}, Online: true}, {User: User{3, "carol"}}})
		in, err := c.Members(t.Context(), 9)
		if err != nil {
			t.Fatal(err)
		}
		want(t, in, []Member{{User: User{1, "alice"}, Creator: true, Online: true, Role: "creator"}})
	})
}

func TestAnswersFindTheirRequests(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		names := make(chan string, 2)
		go func() {
			name, _ := c.JoinGroup(t.Context(), 7)
			names <- name
		}()
		first := p.expect(wire.JoinGroup)
		go func() {
			_, err := c.CreateGroup(t.Context(), "", "")
			names <- err.Error()
		}()
		p.refuse(p.expect(wire.CreateGroup), wire.BadName) // answered before the first
		want(t, <-names, "refused (code 9)")
		p.send(&wire.AckReply{Re: wire.JoinGroup, RID: first.RID, GID: 7, Name: "club"})
		want(t, <-names, "club")
	})
}

func TestRequestsAcrossAReconnect(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		done := make(chan error, 2)
		go func() {
			_, err := c.Groups(t.Context())
			done <- err
		}()
		p.expect(wire.Groups)
		p.close()
		p, _ = f.login(0)
		q := p.expect(wire.Groups) // a question is asked again
		p.send(&wire.GroupsReply{RID: q.RID})
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		go func() {
			_, err := c.CreateGroup(t.Context(), "club", "")
			done <- err
		}()
		p.expect(wire.CreateGroup)
		p.close()
		if err := <-done; !errors.Is(err, ErrInterrupted) { // a change is not
			t.Fatal(err)
		}
	})
}

func TestRequestWithoutAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		f.login(0)
		began := time.Now()
		err := c.Unfriend(t.Context(), 2)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 15*time.Second {
			t.Fatalf("%v after %v", err, time.Since(began))
		}
	})
}
