package hub

import (
	"fmt"

	"parley/internal/chat"
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
