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
	if f.Asked {
		c.ack(r, wire.AckReply{FriendID: int64(f.ID), Name: f.Name, State: "asked"})
		return nil
	}
	c.newFriend(r, f.Friend)
	return nil
}

// newFriend acks a friendship that was made, with how the friend looks.
func (c *client) newFriend(r *wire.Request, f chat.Friend) {
	c.session.ShowFriends([]chat.Friend{f}, func(page []chat.Friend) {
		c.ack(r, wire.AckReply{FriendID: int64(f.ID), Name: f.Name, State: chat.StateOf(page[0].Online)})
	})
}

// answerRequest is frame 67.
func (c *client) answerRequest(ctx context.Context, r *wire.Request) error {
	accept := r.Accept
	f, err := c.h.Service.AnswerRequest(ctx, c.caller(), chat.UserID(r.User), accept)
	switch {
	case err != nil:
		return err
	case accept:
		c.newFriend(r, f.Friend)
	default:
		c.ack(r, wire.AckReply{FriendID: int64(f.ID), Name: f.Name})
	}
	return nil
}

// friendRequests is frame 65.
func (c *client) friendRequests(ctx context.Context, r *wire.Request) error {
	page, more, err := c.h.Service.FriendRequests(ctx, c.caller(), r.Out, chat.UserID(r.After), r.Limit)
	if err != nil {
		return err
	}
	a := wire.FriendRequestsReply{RID: r.RID, Requests: make([]wire.RequestRow, len(page)), More: more}
	for i := range page {
		q := &page[i]
		a.Requests[i] = wire.RequestRow{
			ID: int64(q.User.ID), Name: q.User.Name, Display: q.Display, Time: formatTime(q.At), Until: formatTime(q.Ends()),
		}
	}
	c.send(&a)
	return nil
}

// blocked is frame 15 with blocked.
func (c *client) blocked(ctx context.Context, r *wire.Request) error {
	page, more, err := c.h.Service.Blocked(ctx, c.caller(), chat.UserID(r.After), r.Limit)
	if err != nil {
		return err
	}
	c.send(&wire.FriendsReply{RID: r.RID, Blocked: personRows(page), More: more})
	return nil
}

func personRows(page []chat.Found) []wire.PersonRow {
	rows := make([]wire.PersonRow, len(page))
	for i, f := range page {
		rows[i] = wire.PersonRow{ID: int64(f.ID), Name: f.Name, Display: f.Display}
	}
	return rows
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
	c.send(&wire.PeopleReply{RID: r.RID, Users: personRows(found), More: more})
	return nil
}

// profile is frame 68.
func (c *client) profile(ctx context.Context, r *wire.Request) error {
	p, err := c.h.Service.Profile(ctx, c.caller(), chat.UserID(r.User))
	if err != nil {
		return err
	}
	a := wire.ProfileReply{RID: r.RID, User: int64(p.ID), Name: p.Name, Display: p.Display, About: p.About, State: p.State}
	a.Seen = timeOrNone(p.Seen)
	if p.Own {
		a.HideReceipts, a.HideSeen, a.Deletes = p.HideReceipts, p.HideSeen, timeOrNone(p.DeletesAt)
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
	if r.Blocked {
		return c.blocked(ctx, r)
	}
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
