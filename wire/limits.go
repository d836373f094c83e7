package wire

// The limits of the protocol. An operator can change the limits whose names begin with Default;
// MaxName, MaxDescription and the others are the same on every server. A character is a Unicode
// code point of the text after normalisation (NFC).
const (
	DefaultMaxFrame = 64 << 10 // bytes of one JSON object, without framing
	MaxDepth        = 8        // nested objects and arrays
	MaxRID          = 64       // bytes of `rid` as it is written, with quotes
	MaxUnacked      = 256      // chat frames of one session that have no ack yet
	MaxPage         = 200      // entries in one page of an answer
	DefaultPage     = 50       // entries in one page, if the request does not say how many
	MaxLoginList    = 200      // friends in the login answer, and as many groups
	MaxWindows      = 64       // membership windows kept for one user and group; the oldest are dropped
	UnreadCap       = 1000     // the count of unread messages stops here; 1000 means 999+
	MaxSealPiece    = 16 << 10 // bytes of the stream in one frame 25
	MaxSealedFrame  = 24 << 10 // bytes of one frame 25 as a whole
	MaxAdded        = 50       // users added to a group in one request
	MaxFound        = 20       // users found by the beginning of their names
	MaxDeviceName   = 64       // characters of a device's name and of its label
	MaxName         = 50       // characters of user and group names
	MaxDescription  = 200      // characters of a group's description
	MaxInviteUses   = 1000000  // uses of an invitation to a group that has a bound
	MaxInviteHours  = 8784     // the longest life of an invitation to a group: 366 days
	DefaultMaxText  = 4000     // characters of a message
	MaxEmoji        = 50       // different emoji on a message
	MaxOwnEmoji     = 20       // of one user on a message
	MaxPins         = 50       // pinned messages of a conversation
	MaxMentions     = 50       // users mentioned in a message
	MaxTold         = 100      // members of a group in which frame 46 tells receipts
	MaxTyping       = 200      // members of a group in which frame 45 tells who is writing
	ChangesKept     = 256      // numbers of a device for which the answer to a repeated change is kept
)
