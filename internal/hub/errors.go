package hub

import (
	"fmt"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// holeError is a log that is not dense below its head: something is broken in the
// database, and nothing beyond it is shown as if nothing were missing.
type holeError struct {
	conv chat.ConvID
	seq  int64
}

func (e holeError) Error() string {
	return fmt.Sprintf("hub: the log of conversation %d has no seq %d though its head lies beyond", e.conv, e.seq)
}

// stopping is what somebody is told who comes too late.
func stopping() *chat.Error {
	return &chat.Error{Code: wire.Unavailable, Info: "the server is stopping; reconnect in a moment", RetryAfter: time.Second}
}

// retryAfter is what a client is told to wait after a refusal for now.
const retryAfter = 200 * time.Millisecond
