package client

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/wire"
)

var errNoInvite = errors.New("client: the server's answer has no invitation")

// Invite is an invitation to a group. Whoever has its code may join.
type Invite struct {
	ID    int64
	Code  string
	Uses  int64 // how often it may be used; 0 is as often as anybody wants
	Used  int64
	Made  time.Time
	Ends  time.Time
	State string // "open", "used_up", "ended", or "closed": the account that made it is closed
	By    User   // who made it; zero for the server's operator
}

func inviteOf(r *wire.InviteRow) Invite {
	return Invite{
		ID: r.InviteID, Code: r.Code, Uses: r.Uses, Used: r.Used, Made: parseTime(r.Made), Ends: parseTime(r.Ends),
		State: r.State, By: User{r.By, r.Name},
	}
}

// MakeInvite makes an invitation to a group. The creator and the admins of the group may do this. uses is
// how often it may be used, 0 for as often as anybody wants. life is how long it lasts, in whole hours
// (a part of an hour counts as one), at most wire.MaxInviteHours; 0 is 7 days. If the error is ErrInterrupted, look at Invites
// before you try again.
func (c *Client) MakeInvite(ctx context.Context, gid, uses int64, life time.Duration) (Invite, error) {
	q := groupRequest(wire.MakeInvite, gid)
	q.Uses = uses
	q.Set(wire.FUses)
	if life != 0 {
		q.Hours = int64((life + time.Hour - 1) / time.Hour)
		q.Set(wire.FHours)
	}
	answer, err := ask[*wire.MakeInviteReply](ctx, c, q, once)
	if err != nil {
		return Invite{}, err
	}
	if answer.Invite == nil {
		return Invite{}, errNoInvite
	}
	return inviteOf(answer.Invite), nil
}

// Invites returns the invitations of a group that were not revoked, in the order of their ids. The
// creator and the admins of the group may ask.
func (c *Client) Invites(ctx context.Context, gid int64) ([]Invite, error) {
	var all []Invite
	for after := int64(0); ; {
		q := listPage(wire.Invites, after)
		q.GID = gid
		q.Set(wire.FGID)
		page, err := ask[*wire.InvitesReply](ctx, c, q, repeatable)
		if err != nil {
			return nil, err
		}
		for i := range page.Invites {
			all = append(all, inviteOf(&page.Invites[i]))
		}
		if !page.More || len(page.Invites) == 0 {
			return all, nil
		}
		after = page.Invites[len(page.Invites)-1].InviteID
	}
}

// RevokeInvite ends an invitation to a group. Who joined by it stays. The creator and the admins of the
// group may do this.
func (c *Client) RevokeInvite(ctx context.Context, gid, invite int64) error {
	q := groupRequest(wire.RevokeInvite, gid)
	q.InviteID = invite
	q.Set(wire.FInviteID)
	_, err := c.do(ctx, q, repeatable)
	return err
}

// InviteView is what an invitation is for.
type InviteView struct {
	GID         int64
	Name        string
	Description string
	Members     int64 // how many members the group has
	By          User  // who made the invitation; zero for the server's operator
	Ends        time.Time
	Member      bool // whether this account is a member already
}

// LookAtInvite returns what the invitation with a code is for, and uses nothing up. It takes a link as
// well (see InviteCode).
func (c *Client) LookAtInvite(ctx context.Context, code string) (InviteView, error) {
	q := request(wire.LookAtInvite)
	q.Code = InviteCode(code)
	q.Set(wire.FCode)
	a, err := ask[*wire.LookAtInviteReply](ctx, c, q, repeatable)
	if err != nil {
		return InviteView{}, err
	}
	return InviteView{
		GID: a.GID, Name: a.GName, Description: a.GDesc, Members: a.Members, By: User{a.By, a.Name},
		Ends: parseTime(a.Ends), Member: a.Member,
	}, nil
}

// JoinByInvite joins the group that an invitation is for, by its code or a link, and returns the group's
// gid and name. The account may not see earlier messages of the group. If the error is ErrInterrupted, LookAtInvite
// or Groups shows whether the account is a member.
func (c *Client) JoinByInvite(ctx context.Context, code string) (int64, string, error) {
	q := request(wire.JoinGroup)
	q.Code = InviteCode(code)
	q.Set(wire.FCode)
	ack, err := c.do(ctx, q, once)
	if err != nil {
		return 0, "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met(Named{Group(ack.GID), ack.Name})
	c.joined(Group(ack.GID), ack.Seq)
	return ack.GID, ack.Name, nil
}

// inviteLink is what stands before the code in a link to the web client.
const inviteLink = "#join/"

// InviteLink returns the link that opens an invitation in the web client of a server. address is the web
// client's, such as https://chat.example.org.
func InviteLink(address, code string) string {
	return strings.TrimRight(address, "/") + "/" + inviteLink + code
}

// InviteCode returns the code of an invitation out of a link, or what it is given if that is no link.
func InviteCode(codeOrLink string) string {
	if _, code, isLink := strings.Cut(codeOrLink, inviteLink); isLink {
		codeOrLink, _, _ = strings.Cut(code, "?")
	}
	return strings.Trim(codeOrLink, " \t\r\n/")
}
