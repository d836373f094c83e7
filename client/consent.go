package client

import (
	"context"
	"time"

	"parley/wire"
)

// FriendRequest is somebody who asks, or is asked, to be a friend.
type FriendRequest struct {
	User
	Display string // as in Profile
	At      time.Time
	Until   time.Time // it ends then
}

// FriendRequests returns who asks this account to be a friend, or with out whom this account asks, in the
// order of their ids.
func (c *Client) FriendRequests(ctx context.Context, out bool) ([]FriendRequest, error) {
	var all []FriendRequest
	for after := int64(0); ; {
		q := listPage(wire.FriendRequests, after)
		if out {
			q.Out = true
			q.Set(wire.FOut)
		}
		page, err := ask[*wire.FriendRequestsReply](ctx, c, q, repeatable)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Requests {
			all = append(all, FriendRequest{User{r.ID, r.Name}, r.Display, parseTime(r.Time), parseTime(r.Until)})
		}
		if !page.More || len(page.Requests) == 0 {
			return all, nil
		}
		after = page.Requests[len(page.Requests)-1].ID
	}
}

// AnswerRequest accepts a user's friend request, and returns the friend; or it declines the request,
// which that user is not told. If the user does not ask, not to accept withdraws this account's own
// request. It fails with wire.NoSuchRequest if there is none.
func (c *Client) AnswerRequest(ctx context.Context, user int64, accept bool) (Friend, error) {
	q := request(wire.AnswerRequest)
	q.User, q.Accept = user, accept
	q.Set(wire.FUser, wire.FAccept)
	return c.addFriend(ctx, q)
}

// Blocked returns the users whom this account blocks, in the order of their ids.
func (c *Client) Blocked(ctx context.Context) ([]Found, error) {
	var all []Found
	for after := int64(0); ; {
		q := listPage(wire.Friends, after)
		q.Blocked = true
		q.Set(wire.FBlocked)
		page, err := ask[*wire.FriendsReply](ctx, c, q, repeatable)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Blocked {
			all = append(all, Found{User{r.ID, r.Name}, r.Display})
		}
		if !page.More || len(page.Blocked) == 0 {
			return all, nil
		}
		after = page.Blocked[len(page.Blocked)-1].ID
	}
}
