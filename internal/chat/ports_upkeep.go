package chat

import (
	"context"
	"time"
)

// Upkeep is the part of the store that forgets what nobody needs any more, in pieces.
type Upkeep interface {
	// ForgetDevices removes devices without a session that were last used before t,
	// with their cursors, at most limit of them, and returns how many.
	ForgetDevices(ctx context.Context, t time.Time, limit int) (int, error)
	// ForgetRequests removes friend requests that have ended, at most limit of them, and returns how
	// many.
	ForgetRequests(ctx context.Context, limit int) (int, error)
	// ForgetKeys removes send keys older than age (by the database's clock), at most limit of
	// them, and returns how many.
	ForgetKeys(ctx context.Context, age time.Duration, limit int) (int, error)
	// PruneJournals removes entries older than age, at most limit of them, and returns how
	// many it removed.
	PruneJournals(ctx context.Context, age time.Duration, limit int) (int, error)
}
