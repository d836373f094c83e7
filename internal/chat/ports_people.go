package chat

import (
	"context"
)

// Friendships is the part of the store about friends and blocks.
type Friendships interface {
	// AddFriend writes both directions: NoSuchUser, AlreadyFriends (who was added by friend
	// has added friend as well from then on, and within the limit), Blocked,
	// AccountClosed, LimitReached (user has added maxFriends, or
	// maxFriends others have added friend: what others do never counts against one's own adds).
	AddFriend(ctx context.Context, user, friend UserID, maxFriends int) (Nos, error)
	// RemoveFriend removes both directions: NotFriends.
	RemoveFriend(ctx context.Context, user, friend UserID) (Nos, error)
	// SetBlocked records that user blocks (or no longer blocks) other and raises the
	// version of their direct conversation, which it makes if there is none. A block
	// leaves a friendship as it is. NoSuchUser. It returns the conversation's head. Where
	// it was so already, nothing moves and the Nos are zero.
	SetBlocked(ctx context.Context, user, other UserID, blocked bool) (Conv, Head, Nos, error)
	// Friends pages by the friend's id.
	Friends(ctx context.Context, user, after UserID, limit int) ([]Friend, error)
	// Watchers gives, ascending, the friends who are told of a user's presence: all whom
	// the user does not block.
	Watchers(ctx context.Context, user UserID) ([]UserID, error)
	// WatchersOf is Watchers for several users at once; those without any are left out.
	WatchersOf(ctx context.Context, users []UserID) (map[UserID][]UserID, error)
}

// Strangers is the part of the store about messages to those who do not know the sender.
type Strangers interface {
	// Approach is asked before a user's first message in a direct conversation, and before
	// each further one to a stranger: it tells whether the user is a stranger to the other
	// one, who has not added them as a friend and has not been about to write to them. It
	// notes that the user has. A stranger's message is counted; past a limit it is refused
	// with TooManyStrangers, and nothing is noted. NoConversation.
	Approach(ctx context.Context, a Approach) (stranger bool, err error)
}

// Nos are the places that a change took in the journals of those it is told to; 0 where
// it is told to nobody.
type Nos struct {
	User    int64 // of the user who did it, or, for a removal, to whom it was done
	Other   int64 // of the other user
	Group   int64
	Creator int64 // of the group, for the new creator
	Heir    User  // who that is, where somebody's joining made one
}
