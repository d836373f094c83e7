package gate

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// What an invitation is where frame 58 does not say.
const (
	inviteUses  = 10
	inviteHours = 7 * 24
)

// makeInvite is frame 58.
func (c *client) makeInvite(ctx context.Context, r *wire.Request) error {
	uses, hours := int64(inviteUses), int64(inviteHours)
	if r.Has(wire.FUses) {
		uses = r.Uses
	}
	if r.Has(wire.FHours) {
		hours = r.Hours
	}
	i, err := c.h.Service.MakeGroupInvite(ctx, c.caller(), chat.GroupID(r.GID), uses, hours)
	if err == nil {
		row := inviteRow(&i, c.h.Clock.Now())
		c.send(&wire.MakeInviteReply{RID: r.RID, GID: r.GID, Invite: &row})
	}
	return err
}

func inviteRow(i *chat.GroupInvite, now time.Time) wire.InviteRow {
	return wire.InviteRow{
		InviteID: int64(i.ID), Code: i.ShowCode(), Uses: i.Uses, Used: i.Used,
		Made: formatTime(i.MadeAt), Ends: formatTime(i.EndsAt), State: i.State(now), By: int64(i.By.ID), Name: i.By.Name,
	}
}

// invites is frame 60.
func (c *client) invites(ctx context.Context, r *wire.Request) error {
	page, more, err := c.h.Service.GroupInvites(ctx, c.caller(), chat.GroupID(r.GID), chat.GroupInviteID(r.After), r.Limit)
	if err != nil {
		return err
	}
	rows := make([]wire.InviteRow, len(page))
	for i := range page {
		rows[i] = inviteRow(&page[i], c.h.Clock.Now())
	}
	c.send(&wire.InvitesReply{RID: r.RID, GID: r.GID, Invites: rows, More: more})
	return nil
}

// revokeInvite is frame 62.
func (c *client) revokeInvite(ctx context.Context, r *wire.Request) error {
	return c.groupAck(r)(c.h.Service.RevokeGroupInvite(ctx, c.caller(), chat.GroupID(r.GID), chat.GroupInviteID(r.InviteID)))
}

// lookAtInvite is frame 63. Whoever has the code may ask, also before they log in.
func (c *client) lookAtInvite(ctx context.Context, r *wire.Request) error {
	var user chat.UserID
	if c.session != nil {
		user = c.session.User().ID
	}
	v, err := c.h.Service.LookAtGroupInvite(ctx, user, r.Code)
	if err == nil {
		c.send(&wire.LookAtInviteReply{
			RID: r.RID, GID: int64(v.Group.ID), GName: v.Group.Name, GDesc: v.Group.Desc, Members: v.Group.Members,
			By: int64(v.By.ID), Name: v.By.Name, Ends: formatTime(v.EndsAt), Member: v.Member,
		})
	}
	return err
}
