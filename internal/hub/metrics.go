package hub

import (
	"sync/atomic"

	"parley/wire"
)

// Metrics count what a hub does. They only grow, and may be read at any time.
type Metrics struct {
	Delivered     atomic.Int64 // messages queued to sessions, live and catching up
	CatchUps      atomic.Int64 // times that a session had to read the log in a conversation
	FellBehind    atomic.Int64 // of those, by a full queue
	GapFills      atomic.Int64 // reads of the log by the node to fill a gap
	JournalReads  atomic.Int64 // reads of a journal for notices that did not come
	Comparisons   atomic.Int64 // times that the database was asked what changed lately
	Acked         atomic.Int64 // chat frames acked as stored
	Refused       atomic.Int64 // chat frames answered with an error
	Repeats       atomic.Int64 // chat frames that were stored before
	CursorWrites  atomic.Int64 // delivered cursors handed to the store
	Changes       atomic.Int64 // changes of messages that were made
	StateReads    atomic.Int64 // readings of what was done to messages, to tell it
	StateFrames   atomic.Int64 // frames that told it
	StatesMissed  atomic.Int64 // times that a session was told the number alone, because it reads slowly
	ReceiptsTold  atomic.Int64 // times that it was told how far users of a conversation have come
	ReceiptFrames atomic.Int64 // frames that told it
	TypingTold    atomic.Int64 // times that it was told that somebody is writing
	TypingDropped atomic.Int64 // times that it was not: too often, too many members, or too much to do
	OverBytes     atomic.Int64 // chat frames refused for now: the account's bytes of a minute are used up
	ToStrangers   atomic.Int64 // direct messages whose sender was a stranger, as they were taken
	OverStrangers atomic.Int64 // chat frames refused for good: too many of those today
	OverScarce    atomic.Int64 // the same, of those while the disk is nearly full

	refusals [wire.LastCode + 1]atomic.Int64 // Refused, by code
}

// Refusals is how many chat frames were refused with a code.
func (m *Metrics) Refusals(code wire.Code) int64 {
	if code < 0 || int(code) >= len(m.refusals) {
		return 0
	}
	return m.refusals[code].Load()
}

func (m *Metrics) refused(code wire.Code) {
	m.Refused.Add(1)
	if code >= 0 && int(code) < len(m.refusals) {
		m.refusals[code].Add(1)
	}
}
