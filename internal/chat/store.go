package chat

import "context"

// Store is the port to the database, the only place where anything is kept.
//
// Every method is safe for concurrent use and returns only after what it wrote is
// durable. Errors are *Error where the caller can act on the code (NoSuchUser,
// NameTaken, …; Unavailable when the database does not answer or the outcome of a
// commit is unknown; StoreFull when there is no room or no right to write); anything
// else is the server's fault. A method that failed has changed nothing, except after
// Unavailable, where it may have taken effect; all of them may be repeated then.
//
// It is made of ports, one a noun, whose comments are their contracts; what is said here holds
// for each of them. Who needs a store takes the ports that it uses. Only who opens, closes or
// replaces one takes it whole.
type Store interface {
	Users
	Profiles
	Directory
	Revocations
	Erasures
	Deletions
	Invitations
	Devices
	Sessions
	Friendships
	Consents
	Strangers
	Groups
	Memberships
	GroupInvites
	Conversations
	Log
	MessageStates
	MentionLists
	SendKeys
	Cursors
	Receipts
	Settings
	Journal
	Upkeep
	Nodes
	// Ping reports whether the database can be read and written now.
	Ping(ctx context.Context) error
	// Close finishes what is queued and closes the database.
	Close() error
}
