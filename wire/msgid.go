package wire

// Msgid is the integer that says what a frame is. The first nine are given by the
// classic design and never change; the rest are Parley's own.
type Msgid int

// Every msgid there is. Requests and their answers are numbered apart.
const (
	Register            Msgid = 0
	RegisterAnswer      Msgid = 1
	Login               Msgid = 2
	LoginAnswer         Msgid = 3
	Chat                Msgid = 4 // both directions
	AddFriend           Msgid = 5
	CreateGroup         Msgid = 6
	JoinGroup           Msgid = 7
	GroupChat           Msgid = 8 // both directions
	Logout              Msgid = 9
	Ack                 Msgid = 10
	Heartbeat           Msgid = 11
	HeartbeatAnswer     Msgid = 12
	Received            Msgid = 13
	Presence            Msgid = 14
	Friends             Msgid = 15
	FriendsAnswer       Msgid = 16
	Groups              Msgid = 17 // with a gid: the members of that group
	GroupsAnswer        Msgid = 18
	History             Msgid = 19
	HistoryAnswer       Msgid = 20
	PublicKey           Msgid = 21
	PublicKeyAnswer     Msgid = 22
	KeyExchange         Msgid = 23
	KeyExchangeAnswer   Msgid = 24
	Sealed              Msgid = 25
	Goodbye             Msgid = 26
	Conversations       Msgid = 27
	ConversationsAnswer Msgid = 28
	Read                Msgid = 29 // both directions
	LeaveGroup          Msgid = 30
	RemoveMember        Msgid = 31
	Unfriend            Msgid = 32
	Block               Msgid = 33
	Change              Msgid = 34
	ChangePassword      Msgid = 35
	Sessions            Msgid = 36
	SessionsAnswer      Msgid = 37
	RevokeSession       Msgid = 38

	// LastMsgid is the highest of them.
	LastMsgid = RevokeSession
)
