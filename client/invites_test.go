package client

import (
	"testing"
	"time"

	"parley/wire"
)

func TestInviteCodes(t *testing.T) {
	const code = "7Q2M-4KXD"
	for _, typed := range []string{code, " " + code + "\n", InviteLink("https://chat.example.org/", code), "chat.example.org/#join/" + code + "/", "https://x/#join/" + code + "?from=mail"} {
		if got := InviteCode(typed); got != code {
			t.Errorf("the code of %q is %q", typed, got)
		}
	}
	want(t, InviteLink("https://chat.example.org", code), "https://chat.example.org/#join/"+code)
}

func TestInvites(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		row := wire.InviteRow{InviteID: 3, Code: "CODE", Uses: 2, Used: 1, Made: "2024-05-01T10:00:00.000Z", Ends: "2024-05-08T10:00:00.000Z", State: "open", By: 1, Name: "alice"}
		go func() {
			q := p.expect(wire.CreateGroup)
			want(t, q.Joining, "invite")
			p.send(&wire.AckReply{Re: wire.CreateGroup, RID: q.RID, GID: 7})
			q = p.expect(wire.CreateGroup)
			want(t, q.Joining, "open")
			want(t, q.Members, []int64{2, 3})
			p.send(&wire.AckReply{Re: wire.CreateGroup, RID: q.RID, GID: 8})
			q = p.expect(wire.MakeInvite)
			want(t, q.Uses, 0)
			want(t, q.Has(wire.FUses), true)
			want(t, q.Hours, 25)
			p.send(&wire.MakeInviteReply{RID: q.RID, GID: 7, Invite: &row})
			q = p.expect(wire.Invites)
			want(t, q.GID, 7)
			p.send(&wire.InvitesReply{RID: q.RID, GID: 7, Invites: []wire.InviteRow{row}, More: true})
			q = p.expect(wire.Invites)
			want(t, q.After, 3)
			p.send(&wire.InvitesReply{RID: q.RID, GID: 7})
			q = p.expect(wire.LookAtInvite)
			want(t, q.Code, "CODE")
			p.send(&wire.LookAtInviteReply{RID: q.RID, GID: 7, GName: "club", Members: 4, By: 1, Name: "alice", Ends: row.Ends, Member: true})
			q = p.expect(wire.JoinGroup)
			want(t, q.Code, "CODE")
			want(t, q.Has(wire.FGID), false)
			p.send(&wire.AckReply{Re: wire.JoinGroup, RID: q.RID, GID: 7, Name: "club", Seq: 5})
			q = p.expect(wire.RevokeInvite)
			want(t, q.InviteID, 3)
			p.refuse(q, wire.NoSuchInvite)
		}()
		gid, err := c.CreateGroup(t.Context(), "club", "")
		if err != nil || gid != 7 {
			t.Fatal(gid, err)
		}
		if _, err := c.MakeGroup(t.Context(), NewGroup{Name: "open", Joining: "open", Members: []int64{2, 3}}); err != nil {
			t.Fatal(err)
		}
		made, err := c.MakeInvite(t.Context(), 7, 0, 24*time.Hour+time.Second)
		if err != nil {
			t.Fatal(err)
		}
		day := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
		want(t, made, Invite{ID: 3, Code: "CODE", Uses: 2, Used: 1, Made: day, Ends: day.Add(7 * 24 * time.Hour), State: "open", By: User{ID: 1, Name: "alice"}})
		all, err := c.Invites(t.Context(), 7)
		if err != nil {
			t.Fatal(err)
		}
		want(t, all, []Invite{made})
		v, err := c.LookAtInvite(t.Context(), "https://x/#join/CODE")
		if err != nil {
			t.Fatal(err)
		}
		want(t, v, InviteView{GID: 7, Name: "club", Members: 4, By: User{ID: 1, Name: "alice"}, Ends: made.Ends, Member: true})
		if gid, name, err := c.JoinByInvite(t.Context(), "#join/CODE"); err != nil || gid != 7 || name != "club" {
			t.Fatal(gid, name, err)
		}
		if err := c.RevokeInvite(t.Context(), 7, 3); CodeOf(err) != wire.NoSuchInvite {
			t.Fatal(err)
		}
	})
}
