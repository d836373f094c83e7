package chat

import (
	"context"

	"parley/wire"
)

// What a PeopleNotice can be about. Clients get these words as they are.
const (
	FriendAdded    = "friend_added"
	FriendRemoved  = "friend_removed"
	GroupCreated   = "group_created"
	MemberJoined   = "member_joined"
	MemberLeft     = "member_left"
	MemberRemoved  = "member_removed"
	RemovalLifted  = "removal_lifted"
	CreatorChanged = "creator_changed"
	GroupUpdated   = "group_updated"
	RoleChanged    = "role_changed"
	InvitesChanged = "invites_changed"
	UserBlocked    = "blocked"
	UserUnblocked  = "unblocked"
	// AccountErased is between the parts of a server; no client is told it.
	AccountErased = "account_erased"
)

// StateOf is the word for a user's presence.
func StateOf(online bool) string {
	if online {
		return "online"
	}
	return "offline"
}

// AddFriend makes two users friends of each other and returns the new one with their state; where
// friendship needs consent, it asks for it, or gives it to who has asked. Errors: OlderNode, NotYourself, NoSuchUser, AlreadyFriends, Blocked, AccountClosed,
// LimitReached, and the store's.
func (s *Service) AddFriend(ctx context.Context, by Caller, id UserID) (Befriended, error) {
	other, err := s.somebodyElse(ctx, by, id)
	if err != nil {
		return Befriended{}, err
	}
	if s.o.AskFriends {
		return s.ask(ctx, by, other)
	}
	nos, err := s.store.AddFriend(ctx, by.User.ID, id, s.o.MaxFriends)
	if err != nil {
		return Befriended{}, err
	}
	return s.areFriends(ctx, by, other, nos), nil
}

// befriended tells a user of a friend, with how the friend looks, and returns that too. Where
// it cannot be read it is told later, and returned as offline.
func (s *Service) befriended(ctx context.Context, by Caller, c PeopleNotice, to UserID, no int64) Friend {
	f, is, err := friendOf(ctx, s.store, to, c.User.ID)
	if err != nil {
		s.unread(err, to, no)
		return Friend{}
	}
	if c.State = StateOf(false); is { // it may be over again
		c.looks(f)
	}
	s.tell(by, c, userTopic(to), no)
	return f
}

// unread tells that a user's journal goes to a number, after a change that was committed and
// cannot be announced as a whole, since a part of it could not be read. Whoever hears of the
// number reads the journal until it can be read.
func (s *Service) unread(err error, to UserID, no int64) {
	s.log.Warn("a friend's state could not be read; the friend is told later", "user", to, "error", err)
	s.notifier.Notify(Notice{No: no}, userTopic(to))
}

// UserNamed returns the user who has this name, as a login would find them. Errors:
// NoSuchUser, and the store's.
func (s *Service) UserNamed(ctx context.Context, name string) (User, error) {
	return s.FindUser(ctx, name)
}

// friendSource is the part of Friendships that lists friends.
type friendSource interface {
	Friends(ctx context.Context, user, after UserID, limit int) ([]Friend, error)
}

// friendOf is a friend as a user sees them; ok is false for one who is none.
func friendOf(ctx context.Context, store friendSource, user, friend UserID) (f Friend, ok bool, err error) {
	row, err := store.Friends(ctx, user, friend-1, 1)
	if err != nil || len(row) == 0 || row[0].ID != friend {
		return Friend{}, false, err
	}
	return row[0], true, nil
}

// RemoveFriend ends a friendship for both. Errors: NotYourself, NoSuchUser,
// NotFriends, and the store's.
func (s *Service) RemoveFriend(ctx context.Context, by Caller, id UserID) (User, error) {
	other, err := s.somebodyElse(ctx, by, id)
	if err != nil {
		return User{}, err
	}
	nos, err := s.store.RemoveFriend(ctx, by.User.ID, id)
	if err != nil {
		return User{}, err
	}
	s.tell(by, PeopleNotice{What: FriendRemoved, User: by.User}, userTopic(id), nos.Other)
	s.tell(by, PeopleNotice{What: FriendRemoved, User: other}, userTopic(by.User.ID), nos.User)
	return other, nil
}

// SetBlocked blocks or unblocks a user: neither of the two can send the other
// anything while one of them blocks. The one who is blocked is not told; from then on
// the caller looks offline to them. To do it twice is no error, and changes nothing.
// Errors: NotYourself, NoSuchUser, and the store's.
func (s *Service) SetBlocked(ctx context.Context, by Caller, id UserID, blocked bool) (User, error) {
	other, err := s.somebodyElse(ctx, by, id)
	if err != nil {
		return User{}, err
	}
	conv, head, nos, err := s.store.SetBlocked(ctx, by.User.ID, id, blocked)
	if err != nil {
		return User{}, err
	}
	if nos == (Nos{}) {
		return other, nil // it was so already
	}
	what := UserUnblocked
	if blocked {
		what = UserBlocked
	}
	// Both users' nodes must know the conversation's new version; the hub tells it
	// to the one who blocks only.
	c := PeopleNotice{What: what, User: other, Conv: conv, Version: head.Version}
	s.tell(by, c, userTopic(by.User.ID), nos.User)
	c.User = by.User
	f, friends, err := friendOf(ctx, s.store, id, by.User.ID)
	if err != nil {
		s.unread(err, id, nos.Other)
		return other, nil // what was asked for stands
	}
	if friends {
		c.looks(f)
	}
	s.tell(by, c, userTopic(id), nos.Other)
	return other, nil
}

// Friends pages the caller's friends by id, after the id of the page before; more
// tells that there is another page.
func (s *Service) Friends(ctx context.Context, by Caller, after UserID, limit int64) (page []Friend, more bool, err error) {
	n := pageSize(limit)
	if page, err = s.store.Friends(ctx, by.User.ID, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// somebodyElse returns the user that a request names, who is not the caller.
func (s *Service) somebodyElse(ctx context.Context, by Caller, id UserID) (User, error) {
	if id == by.User.ID {
		return User{}, E(wire.NotYourself)
	}
	acc, err := s.store.Account(ctx, id)
	if err != nil {
		return User{}, err
	}
	return acc.User, nil
}
