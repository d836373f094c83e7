package gate

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// createGroup is frame 6.
func (c *client) createGroup(ctx context.Context, r *wire.Request) error {
	n := chat.NewGroup{Name: r.GName, Desc: r.GDesc, Members: userIDs(r.Members)}
	if r.Has(wire.FJoining) {
		var err error
		if n.Joining, err = chat.JoiningNamed(r.Joining); err != nil {
			return err
		}
	}
	return c.groupAck(r)(c.h.Service.CreateGroup(ctx, c.caller(), n))
}

// joinGroup is frame 7: by the number of an open group, or by the code of an invitation.
func (c *client) joinGroup(ctx context.Context, r *wire.Request) error {
	if r.Has(wire.FCode) {
		return c.groupAck(r)(c.h.Service.JoinByGroupInvite(ctx, c.caller(), r.Code))
	}
	return c.groupAck(r)(c.h.Service.JoinGroup(ctx, c.caller(), chat.GroupID(r.GID)))
}

// leaveGroup is frame 30.
func (c *client) leaveGroup(ctx context.Context, r *wire.Request) error {
	return c.groupAck(r)(c.h.Service.LeaveGroup(ctx, c.caller(), chat.GroupID(r.GID)))
}

// removeMember is frame 31: takes a member out, or lets one who was taken out join again.
func (c *client) removeMember(ctx context.Context, r *wire.Request) error {
	if !r.Remove {
		return c.groupAck(r)(c.h.Service.LiftRemoval(ctx, c.caller(), chat.GroupID(r.GID), chat.UserID(r.Member)))
	}
	return c.groupAck(r)(c.h.Service.RemoveMember(ctx, c.caller(), chat.GroupID(r.GID), chat.UserID(r.Member)))
}

// groupAck answers a change of a group with its gid and name, and who joined with where
// he came in.
func (c *client) groupAck(r *wire.Request) func(chat.GroupInfo, error) error {
	return func(g chat.GroupInfo, err error) error {
		if err == nil {
			c.ack(r, wire.AckReply{GID: int64(g.ID), Name: g.Name, Seq: g.JoinedSeq})
		}
		return err
	}
}

// updateGroup is frame 54.
func (c *client) updateGroup(ctx context.Context, r *wire.Request) error {
	var u chat.GroupUpdate
	if r.Has(wire.FGName) {
		u.Name = &r.GName
	}
	if r.Has(wire.FGDesc) {
		u.Desc = &r.GDesc
	}
	if r.Has(wire.FJoining) {
		joining, err := chat.JoiningNamed(r.Joining)
		if err != nil {
			return err
		}
		u.Joining = &joining
	}
	if r.Has(wire.FPosting) {
		posting, err := chat.PostingNamed(r.Posting)
		if err != nil {
			return err
		}
		u.Posting = &posting
	}
	return c.groupAck(r)(c.h.Service.UpdateGroup(ctx, c.caller(), chat.GroupID(r.GID), u))
}

// setRole is frame 55.
func (c *client) setRole(ctx context.Context, r *wire.Request) error {
	role, err := chat.RoleNamed(r.Role)
	if err != nil {
		return err
	}
	return c.groupAck(r)(c.h.Service.SetRole(ctx, c.caller(), chat.GroupID(r.GID), chat.UserID(r.Member), role))
}

// addMembers is frame 56.
func (c *client) addMembers(ctx context.Context, r *wire.Request) error {
	added, refused, err := c.h.Service.AddMembers(ctx, c.caller(), chat.GroupID(r.GID), userIDs(r.Users))
	if err != nil {
		return err
	}
	a := wire.AddMembersReply{RID: r.RID, GID: r.GID, Added: make([]int64, len(added)), Refused: make([]wire.RefusedRow, len(refused))}
	for i, u := range added {
		a.Added[i] = int64(u)
	}
	for i, n := range refused {
		a.Refused[i] = wire.RefusedRow{ID: int64(n.User), Erron: n.Why.Code, Errinfo: n.Why.Info}
	}
	c.send(&a)
	return nil
}

func userIDs(ids []int64) []chat.UserID {
	users := make([]chat.UserID, len(ids))
	for i, id := range ids {
		users[i] = chat.UserID(id)
	}
	return users
}
