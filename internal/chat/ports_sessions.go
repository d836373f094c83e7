package chat

import (
	"context"
	"time"
)

// Devices is the part of the store about devices: their names, tokens and addresses.
type Devices interface {
	// Devices pages, by id, a user's devices that have a session or a token.
	Devices(ctx context.Context, user UserID, after DeviceID, limit int) ([]DeviceState, error)
	// DeviceNames leaves out ids that do not exist; the nameless device's name is "".
	DeviceNames(ctx context.Context, ids []DeviceID) (map[DeviceID]string, error)
	// TokenHash returns the hash stored for a device; nil if there is none.
	TokenHash(ctx context.Context, user UserID, device string) ([]byte, error)
	// DropToken forgets the token of the device if c.Session is its current session, and
	// otherwise does nothing: another login has taken the device over.
	DropToken(ctx context.Context, c Closing) error
	// KnownAddress reports whether the user has logged in from an address since then. Of
	// each user the last 16 addresses are remembered, an hour exact.
	KnownAddress(ctx context.Context, user UserID, address string, since time.Time) (bool, error)
}

// DeviceState is a device that is logged in or can log in by its token.
type DeviceState struct {
	ID     DeviceID
	Name   string
	Online bool
	UsedAt time.Time // the last login, or its end
	// Label is what its last login said of it, and Address where that came from; "" for what is
	// not known. An erased account keeps neither.
	Label, Address string
}

// Sessions is the part of the store about who is logged in.
type Sessions interface {
	// OpenSession locks the device's row and makes o.Session the only one that may
	// append for it. A nameless device that has a session answers AlreadyOnline;
	// any other takes over. It is one conditional write: of any number of
	// concurrent nameless logins exactly one succeeds. A device never seen before
	// gets the cursors of the user's furthest device, conversation by conversation.
	// NoSuchUser; BadCredentials and Disabled, if that came meanwhile; Unavailable for a node that has lost its lease. Repeated with the same session it succeeds again; a caller that does
	// not repeat after Unavailable must close the session, which may have been opened.
	OpenSession(ctx context.Context, o Opening) (Opened, error)
	// CloseSession frees the device if the session is still its current one and
	// moves the presence number if that was the user's last.
	CloseSession(ctx context.Context, c Closing) (PresenceMove, error)
	// FreeSessions ends the sessions of a node, or of all nodes for 0, those of at most
	// limit users in one transaction. It returns the users who went offline by it, and
	// whether there may be more.
	FreeSessions(ctx context.Context, node NodeID, limit int) (moves []PresenceMove, more bool, err error)
	// DeviceSession returns the session that may append for a device, 0 for none.
	DeviceSession(ctx context.Context, device DeviceID) (SessionID, error)
}

// Opening is a login that has passed its check of password or token.
type Opening struct {
	User      UserID
	Device    string // "" is the nameless device
	Label     string // what it says of itself, for its user; "" for nothing
	Address   string // where it comes from, for its user; "" if it is not known
	Session   SessionID
	Node      NodeID
	TokenHash []byte // the new token's hash; nil keeps the one that is there
	// PasswordHash and Token (its hash) are what the login was checked against, "" and nil
	// for nothing: where they are no more what they were, it is refused.
	PasswordHash string
	Token        []byte
	At           time.Time
	// From is the address that it comes from, as KnownAddress will be asked for it; "" is
	// not remembered.
	From string
	// MaxDevices is how many devices the account may have, the nameless one among them; 0 is
	// no limit. A new one beyond it makes room: see Opened.Evicted and Forgotten.
	MaxDevices int
	// DevicesPerDay is how many new devices with a name the account may have on a day (UTC);
	// 0 is no limit. Past it the opening is refused with ErrDevicesPerDay.
	DevicesPerDay int
	// Leased: the node has a lease, and nothing is opened for one that is being buried:
	// nobody would free it.
	Leased bool
}

// Opened is what a login found and did.
type Opened struct {
	Device      DeviceID
	LastSendSeq int64
	NewDevice   bool
	Replaced    SessionID // the session that was taken over, 0 for none
	ReplacedAt  NodeID    // the node it was on
	PresenceNo  int64     // the user's presence number now
	CameOnline  bool      // the user was offline before
	JournalNo   int64     // how far the user's journal goes; with Replaced, the takeover's place in it
	// Forgotten is how many devices were forgotten to make room for a new one, those first
	// that nobody is logged in with, and each the longest unused. Evicted is the session that
	// one of them held, nil for none.
	Forgotten int
	Evicted   *RevokedSession
}

// Closing names a session to end. Device 0 stands for whichever of the user's
// devices holds the session: after an OpenSession with an unknown outcome nobody
// knows which.
type Closing struct {
	User    UserID
	Device  DeviceID
	Session SessionID
	At      time.Time
}

// PresenceMove is a change of a user's presence. No grows with every change.
type PresenceMove struct {
	User    UserID
	Name    string
	No      int64
	Online  bool
	Changed bool // false: the user has other sessions, or the session was not current
}
