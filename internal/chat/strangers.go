package chat

import (
	"time"

	"parley/wire"
)

// Approach is a message that is about to be sent in a direct conversation.
type Approach struct {
	From, To UserID
	Conv     ConvID // of these two
	At       time.Time
	// Messages is how many messages to strangers From may send on a day (UTC), and People to
	// how many of them who have never heard of From; 0 is no limit.
	Messages, People int
}

// ErrStrangerMessages is what a message is refused with past the limit of a day.
func ErrStrangerMessages(limit int) *Error {
	return Errorf(wire.TooManyStrangers, "this account has sent %d messages today to people who have neither answered nor added it as a friend: wait for one of these, or go on tomorrow", limit)
}

// ErrStrangers is the same for the limit of people.
func ErrStrangers(limit int) *Error {
	return Errorf(wire.TooManyStrangers, "this account has written to %d people today who did not know it: write to others tomorrow, or ask them to write first or to add it as a friend", limit)
}
