package chat

import (
	"cmp"
	"context"
	"time"
)

// Mentioned is a message that mentions a user.
type Mentioned struct {
	Conv Conv
	Seq  int64
	At   time.Time // when it was sent
}

// Compare orders mentions, the newest first.
func (m Mentioned) Compare(other Mentioned) int {
	return cmp.Or(other.At.Compare(m.At), cmp.Compare(other.Conv.ID, m.Conv.ID), cmp.Compare(other.Seq, m.Seq))
}

// MentionLists is the part of the store about who is mentioned. What is written goes through
// Log.Append: the message, an edit that sets others, and a recall, which removes them.
type MentionLists interface {
	// Mentions pages, in the order of Compare, the messages in which others mention a user, or
	// everybody in a conversation that the user is or ever was in: those after one, at most limit;
	// after a zero one from the newest on. Windows are not looked at.
	Mentions(ctx context.Context, user UserID, after Mentioned, limit int) ([]Mentioned, error)
	// MentionsIn is Mentions for one conversation, by seq: those below one, the highest first.
	MentionsIn(ctx context.Context, user UserID, conv ConvID, before int64, limit int) ([]Mentioned, error)
}
