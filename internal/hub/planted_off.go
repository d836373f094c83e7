//go:build !planted

package hub

// Mistakes that a build with the tag "planted" can be made to make, so that the
// simulation can show that it finds them. Here they are constants, and cost nothing.
const (
	plantedEarlyLive     = false // a session turns live before it has read up to the head
	plantedPastGap       = false // the head moves past messages that are missing
	plantedBlindAck      = false // a repeat is acked without its message being found
	plantedCursorOnWrite = false // a cursor moves on writing though the session acks
	plantedOldPresence   = false // presence is told in whatever order it comes
)
