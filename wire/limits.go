package wire

// Limits of the protocol. Those that an operator may change are defaults here.
const (
	DefaultMaxFrame = 64 << 10 // bytes of one JSON object
	MaxDepth        = 8        // nested objects and arrays
	MaxRID          = 64       // bytes of `rid` as written
	MaxUnacked      = 256      // chat frames of one session without an ack
	MaxPage         = 200      // entries of one page of 15, 17, 19, 27
	DefaultPage     = 50
	MaxLoginList    = 200      // friends, and groups, in the login answer
	MaxWindows      = 64       // times in a group that are remembered of a user; older ones go
	UnreadCap       = 1000     // a count of unread messages stops here: 1000 means 999+
	MaxSealPiece    = 16 << 10 // bytes of the stream in one frame 25
	MaxSealedFrame  = 24 << 10 // bytes of one frame 25 as a whole
	MaxDeviceName   = 64       // characters
	MaxName         = 50       // characters of user and group names
	MaxDescription  = 200      // characters of a group's description
	DefaultMaxText  = 4000     // characters of a message
)
