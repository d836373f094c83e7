package chat

import (
	"context"
	"time"

	"parley/wire"
)

// The words of PeopleNotice about consent to friendship. Clients get them as they are.
const (
	FriendRequested   = "friend_request"      // to the one who is asked
	FriendAsked       = "friend_asked"        // to the other devices of the one who asks
	FriendRequestGone = "friend_request_gone" // declined or withdrawn
)

// RequestKept is how long a request waits for an answer. Whoever was declined cannot ask the same
// user anew before that.
const RequestKept = 30 * 24 * time.Hour

// FriendRequest is somebody who asks, or is asked, to be a friend.
type FriendRequest struct {
	User    User // the other one
	Display string
	At      time.Time
}

// Ends is when the request ends.
func (r *FriendRequest) Ends() time.Time { return r.At.Add(RequestKept) }

// Consent is what came of asking or answering.
type Consent struct {
	Nos     Nos
	Friends bool // the two are friends from now on; else somebody was asked, declined or withdrew
}

// Consents is the part of the store about consent to friendship.
//
// A request waits for RequestKept. The one who is declined is not told: the request stays as it is
// for them, and to ask again is to no effect. While one of the two blocks the other, a request is
// hidden from who is asked.
type Consents interface {
	// AskFriend asks a user to be friends, or makes the two friends where that user asks already. To
	// ask again changes nothing, and has no Nos. The errors are those of AddFriend; LimitReached is
	// also for maxRequests that wait, of the one who asks and of the one who is asked.
	AskFriend(ctx context.Context, user, other UserID, maxFriends, maxRequests int) (Consent, error)
	// AcceptFriend makes friends of a user and another one who asks them. NoSuchRequest, and the errors
	// of AddFriend.
	AcceptFriend(ctx context.Context, user, other UserID, maxFriends int) (Consent, error)
	// DropRequest declines the request of another user, or else withdraws that of the user. Nos.Other is
	// 0 where the other one is not told. NoSuchRequest, NoSuchUser.
	DropRequest(ctx context.Context, user, other UserID) (Consent, error)
	// FriendRequests pages, by the other's id, who asks the user, or with out whom the user asks.
	FriendRequests(ctx context.Context, user UserID, out bool, after UserID, limit int) ([]FriendRequest, error)
	// BlockedBy pages, by id, the users whom a user blocks.
	BlockedBy(ctx context.Context, user, after UserID, limit int) ([]Found, error)
}

// Befriended is what came of adding a friend.
type Befriended struct {
	Friend
	// Asked: the other one was asked, and is no friend before they agree.
	Asked bool
}

// ask asks for a friend, or makes friends of two who ask each other.
func (s *Service) ask(ctx context.Context, by Caller, other User) (Befriended, error) {
	if err := s.allKeep(ctx, LevelConsent); err != nil {
		return Befriended{}, err
	}
	c, err := s.store.AskFriend(ctx, by.User.ID, other.ID, s.o.MaxFriends, s.o.MaxFriendRequests)
	if err != nil {
		return Befriended{}, err
	}
	if c.Friends {
		return s.areFriends(ctx, by, other, c.Nos), nil
	}
	if c.Nos != (Nos{}) {
		s.tell(by, PeopleNotice{What: FriendRequested, User: by.User}, userTopic(other.ID), c.Nos.Other)
		s.tell(by, PeopleNotice{What: FriendAsked, User: other}, userTopic(by.User.ID), c.Nos.User)
	}
	return Befriended{Friend: Friend{User: other}, Asked: true}, nil
}

// areFriends tells both of two users that they are friends now.
func (s *Service) areFriends(ctx context.Context, by Caller, other User, nos Nos) Befriended {
	s.befriended(ctx, by, PeopleNotice{What: FriendAdded, User: by.User}, other.ID, nos.Other)
	friend := s.befriended(ctx, by, PeopleNotice{What: FriendAdded, User: other}, by.User.ID, nos.User)
	friend.User = other
	return Befriended{Friend: friend}
}

// AnswerRequest accepts another user's request to be friends, or declines it; where there is none,
// not to accept withdraws the caller's own. Errors: NotYourself, NoSuchUser, NoSuchRequest, and those of
// AddFriend.
func (s *Service) AnswerRequest(ctx context.Context, by Caller, id UserID, accept bool) (Befriended, error) {
	other, err := s.somebodyElse(ctx, by, id)
	if err != nil {
		return Befriended{}, err
	}
	if accept {
		c, err := s.store.AcceptFriend(ctx, by.User.ID, id, s.o.MaxFriends)
		if err != nil {
			return Befriended{}, err
		}
		return s.areFriends(ctx, by, other, c.Nos), nil
	}
	c, err := s.store.DropRequest(ctx, by.User.ID, id)
	if err != nil {
		return Befriended{}, err
	}
	s.tell(by, PeopleNotice{What: FriendRequestGone, User: other}, userTopic(by.User.ID), c.Nos.User)
	if c.Nos.Other != 0 {
		s.tell(by, PeopleNotice{What: FriendRequestGone, User: by.User}, userTopic(id), c.Nos.Other)
	}
	return Befriended{Friend: Friend{User: other}}, nil
}

// FriendRequests pages those who ask the caller to be friends, or with out those whom the caller asks,
// by id; more tells that there is another page.
func (s *Service) FriendRequests(ctx context.Context, by Caller, out bool, after UserID, limit int64) (page []FriendRequest, more bool, err error) {
	n := pageSize(limit)
	if page, err = s.store.FriendRequests(ctx, by.User.ID, out, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// Blocked pages the users whom the caller blocks, by id; more tells that there is another page.
func (s *Service) Blocked(ctx context.Context, by Caller, after UserID, limit int64) (page []Found, more bool, err error) {
	n := pageSize(limit)
	if page, err = s.store.BlockedBy(ctx, by.User.ID, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// ErrTooManyRequests is what somebody is told who asks while too many requests wait: their own, or
// those to the user.
func ErrTooManyRequests(own bool, limit int) *Error {
	if own {
		return Errorf(wire.LimitReached, "as many of your friend requests wait for an answer as are allowed (%d): withdraw one first", limit)
	}
	return Errorf(wire.LimitReached, "as many friend requests wait for this user as are allowed (%d): try again later", limit)
}
