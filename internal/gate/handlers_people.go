package gate

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// addFriend is frame 5.
func (c *client) addFriend(ctx context.Context, r *wire.Request) error {
	id := chat.UserID(r.FriendID)
	if r.Has(wire.FName) {
		named, err := c.h.Service.UserNamed(ctx, r.Name)
		if err != nil {
			return err
		}
		id = named.ID
	}
	f, err := c.h.Service.AddFriend(ctx, c.caller(), id)
	if err != nil {
		return err
	}
	c.session.ShowFriends([]chat.Friend{f}, func(page []chat.Friend) {
		c.ack(r, wire.AckReply{FriendID: int64(f.ID), Name: f.Name, State: chat.StateOf(page[0].Online)})
	})
	return nil
}

// unfriend is frame 32.
func (c *client) unfriend(ctx context.Context, r *wire.Request) error {
	u, err := c.h.Service.RemoveFriend(ctx, c.caller(), chat.UserID(r.FriendID))
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{FriendID: int64(u.ID), Name: u.Name})
	return nil
}

// block is frame 33.
func (c *client) block(ctx context.Context, r *wire.Request) error {
	u, err := c.h.Service.SetBlocked(ctx, c.caller(), chat.UserID(r.User), r.Block)
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{Name: u.Name})
	return nil
}

// people is frame 50.
func (c *client) people(ctx context.Context, r *wire.Request) error {
	found, more, err := c.h.Service.FindPeople(ctx, c.caller(), r.Name, r.Limit)
	if err != nil {
		return err
	}
	a := wire.PeopleReply{RID: r.RID, Users: make([]wire.PersonRow, len(found)), More: more}
	for i, f := range found {
		a.Users[i] = wire.PersonRow{ID: int64(f.ID), Name: f.Name, Display: f.Display}
	}
	c.send(&a)
	return nil
}

// profile is frame 68.
func (c *client) profile(ctx context.Context, r *wire.Request) error {
	p, err := c.h.Service.Profile(ctx, c.caller(), chat.UserID(r.User))
	if err != nil {
		return err
	}
	a := wire.ProfileReply{RID: r.RID, User: int64(p.ID), Name: p.Name, Display: p.Display, About: p.About, State: p.State}
	if !p.Seen.IsZero() {
		a.Seen = formatTime(p.Seen)
	}
	if p.Own {
		a.HideReceipts, a.HideSeen = p.HideReceipts, p.HideSeen
	}
	c.send(&a)
	return nil
}

// updateProfile is frame 70.
func (c *client) updateProfile(ctx context.Context, r *wire.Request) error {
	err := c.h.Service.UpdateProfile(ctx, c.caller(), chat.ProfileChange{
		Display: given(r, wire.FDisplay, r.Display), About: given(r, wire.FAbout, r.About),
		HideReceipts: given(r, wire.FHideReceipts, r.HideReceipts), HideSeen: given(r, wire.FHideSeen, r.HideSeen),
	})
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{})
	return nil
}

// friends is frame 15.
func (c *client) friends(ctx context.Context, r *wire.Request) error {
	page, more, err := c.h.Service.Friends(ctx, c.caller(), chat.UserID(r.After), r.Limit)
	if err != nil {
		return err
	}
	c.session.ShowFriends(page, func(page []chat.Friend) {
		c.send(&wire.FriendsReply{RID: r.RID, Friends: friendRows(page), More: more})
	})
	return nil
}

// groups is frame 17: one's groups, or with a gid the members of that one.
func (c *client) groups(ctx context.Context, r *wire.Request) error {
	if r.Has(wire.FGID) {
		return c.members(ctx, r)
	}
	page, more, err := c.h.Service.Groups(ctx, c.caller(), chat.GroupID(r.After), r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.GroupsReply{RID: r.RID, Groups: groupRows(page), More: more})
	return nil
}

func (c *client) members(ctx context.Context, r *wire.Request) error {
	page, more, err := c.h.Service.Members(ctx, c.caller(), chat.GroupID(r.GID), chat.UserID(r.After), r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.GroupsReply{RID: r.RID, GID: r.GID, Members: memberRows(page), More: more})
	return nil
}
