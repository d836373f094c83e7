package client

import (
	"context"

	"parley/wire"
)

// GroupUpdate is what UpdateGroup changes. A field that is nil stays as it is.
type GroupUpdate struct {
	Name, Description *string
	Joining           *string // who may join: "open", "invite" or "closed"
	Posting           *string // who may post: "all" or "admins"
}

// UpdateGroup changes a group's name and description (its creator and admins may), and who may join
// and post (its creator may).
func (c *Client) UpdateGroup(ctx context.Context, gid int64, u GroupUpdate) error {
	q := groupRequest(wire.UpdateGroup, gid)
	for _, f := range []struct {
		value *string
		to    *string
		field *wire.Field
	}{
		{u.Name, &q.GName, wire.FGName},
		{u.Description, &q.GDesc, wire.FGDesc},
		{u.Joining, &q.Joining, wire.FJoining},
		{u.Posting, &q.Posting, wire.FPosting},
	} {
		if f.value != nil {
			*f.to = *f.value
			q.Set(f.field)
		}
	}
	_, err := c.do(ctx, q, repeatable)
	return err
}

// SetRole gives a member of a group another role: "admin", "normal" or "readonly". With "creator" it
// hands the group over, and this account becomes an admin. Only the creator of the group may do this.
func (c *Client) SetRole(ctx context.Context, gid, user int64, role string) error {
	q := groupRequest(wire.SetRole, gid)
	q.Member, q.Role = user, role
	q.Set(wire.FMember, wire.FRole)
	_, err := c.do(ctx, q, once)
	return err
}

// NotAdded is a user whom AddMembers did not add. Err is an *Error that says why.
type NotAdded struct {
	User int64
	Err  error
}

// AddMembers makes users members of a group, at most wire.MaxAdded of them. The creator and the admins
// of the group may do this. It returns who could not be added. An error is for all of them.
func (c *Client) AddMembers(ctx context.Context, gid int64, users ...int64) ([]NotAdded, error) {
	q := groupRequest(wire.AddMembers, gid)
	q.Users = users
	q.Set(wire.FUsers)
	answer, err := ask[*wire.AddMembersReply](ctx, c, q, once)
	if err != nil {
		return nil, err
	}
	var not []NotAdded
	for _, r := range answer.Refused {
		not = append(not, NotAdded{r.ID, refusal(r.Erron, r.Errinfo, 0)})
	}
	return not, nil
}
