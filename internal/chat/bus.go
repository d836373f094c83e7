package chat

import "context"

// Topic is where notices go: one user's, one group's, or (Nodes) that of all nodes.
// Exactly one field is set.
type Topic struct {
	User  UserID
	Group GroupID
	Nodes bool
}

// Notice is what a node tells the others. None but Typing is ever the only carrier: what it
// announces stands in a row with a number that grows. Exactly one of the pointers is
// set, or none where No says all that is known.
type Notice struct {
	// No is the notice's place in its topic's journal (see JournalEntry), 0 for what has a
	// number of its own: messages, presence and beats. A notice of nothing but its No tells
	// that there is such an entry: what it says is to be read from the journal.
	No       int64
	Messages *Messages
	Presence *PresenceNotice
	Takeover *Takeover
	People   *PeopleNotice
	Read     *ReadNotice
	Beat     *Beat
	Rev      *RevNotice
	Settings *SettingsNotice
	Receipts *ReceiptsNotice
	Typing   *TypingNotice
}

// ReceiptsNotice tells how far users have come in a conversation. One that is lost is made up for by
// comparing with the cursors.
type ReceiptsNotice struct {
	Conv    Conv
	Version int64 // as in Messages
	Marks   []UserPosition
	// Not are users who are not told: they hide theirs.
	Not []UserID
}

// TypingNotice tells that somebody is writing. It alone may be lost for good: it is forgotten after
// seconds anyway.
type TypingNotice struct {
	Conv    Conv
	Version int64 // as in Messages
	User    User
	// Not are users who are not told: one of the two blocks the other.
	Not []UserID
}

// RevNotice announces that messages of a conversation were changed, up to a rev. What was done
// to them is not in it: each node reads that itself, once, and so a notice that is lost, late or
// told twice does no harm.
type RevNotice struct {
	Conv    Conv
	Version int64 // as in Messages
	LastRev int64
}

// Messages announces appended messages of one conversation, ascending by seq.
type Messages struct {
	Conv     Conv
	Version  int64
	Messages []Message
	// From names the senders, and Devices the devices, of the messages.
	From    map[UserID]string
	Devices map[DeviceID]string
}

// PresenceNotice announces a change of a friend's presence.
type PresenceNotice struct {
	PresenceMove
}

// Takeover tells the node of a session that was replaced, or revoked, to say goodbye to it.
type Takeover struct {
	Device  DeviceID
	Session SessionID
	Revoked bool
}

// PeopleNotice tells of friends or members. What is one of the words below FriendAdded.
type PeopleNotice struct {
	What string
	User User // the user it is about
	// Owner is whose action it was, for friends and blocks. A block is shown to its
	// owner's sessions alone; on the other's topic User is the owner, and State how the
	// owner looks now, "" for one who is no friend.
	Owner UserID
	Conv  Conv // zero for friends
	Group GroupInfo
	State string
	// PresenceNo is the user's presence number when State was read. Hides: the user blocks
	// the topic's, so State is offline whatever that number stands for.
	PresenceNo int64
	Hides      bool
	// Member is the membership as it is now, for member_joined, member_left, member_removed
	// and role_changed.
	Member *Membership
	// Version is the conversation's, where it moved.
	Version int64
	// Later: the notice was made anew from a journal, with Member and Version as they are by
	// then. There may have been other removals up to that version.
	Later bool
	// By is the session that asked for the change: it got an ack and is not told again.
	By SessionID
}

// Notifier is the port through which the use cases tell, after their commit, what
// has changed: first this node's own sessions, then (once for each topic) the bus.
// It returns without waiting for any of them.
type Notifier interface {
	Notify(n Notice, topics ...Topic)
}

// ReadNotice tells a user's other devices what has been read.
type ReadNotice struct {
	Conv Conv
	Seq  int64
	// From is the device that said so; it is not told again.
	From DeviceID
}

// SettingsNotice tells a user's sessions what the user has set for a conversation now.
type SettingsNotice struct {
	Conv     Conv
	Settings ConvSettings
}

// Beat is how nodes hear each other on the bus: each publishes one to the topic of all
// nodes several times a second. Whoever does not hear every live node's knows that the
// bus does not carry.
type Beat struct {
	Node NodeID
	// Name is what its operator calls the node.
	Name string
	// Renewed tells that the node's lease was renewed lately: the database is there, for
	// that node at least.
	Renewed bool
}

// Bus carries notices between nodes. It may lose, double and reorder them; it never
// blocks a publisher and holds no more than a bounded queue. A node never gets what
// it published itself.
type Bus interface {
	// Publish queues a notice for everybody else subscribed to any of the topics, once
	// for each topic, and returns at once. A full queue drops it and counts it.
	Publish(n Notice, topics ...Topic)
	// Subscribe returns when the topics are confirmed: what is published after that
	// comes to the receiver. While the bus does not carry it returns an error, and soon,
	// for its caller goes on without the bus; the topics stay wanted until Unsubscribe, and
	// Lost is called when they are confirmed at last.
	Subscribe(ctx context.Context, topics ...Topic) error
	// Unsubscribe returns at once, and may before it takes effect. Of several calls for
	// one topic the last counts.
	Unsubscribe(topics ...Topic)
	// Health tells why the bus does not carry now, nil if it does as far as this end can
	// tell by itself. It does not block.
	Health() error
	// Alone reports whether no other node can ever be on the bus: nothing need be
	// published, and nothing can be missed. It never changes.
	Alone() bool
	// Mute reports whether nobody ever hears what is published, so that notices need not be
	// made: the bus is Alone's, or other nodes find everything in the database. It never
	// changes.
	Mute() bool
	// Close ends all subscriptions and drops what is queued.
	Close() error
}

// Receiver gets what a bus delivers, one call at a time for each topic, and must
// return soon. lost=true tells that notices of any topic may have been missed.
type Receiver interface {
	Receive(t Topic, n Notice)
	Lost()
}
