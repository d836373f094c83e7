package chat

import (
	"context"
	"log/slog"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"

	"parley/wire"
)

// ServiceOptions are the rules that an operator may change; zero values take the
// defaults.
type ServiceOptions struct {
	Node         NodeID // the node that sessions are opened for
	Leased       bool   // the node has a lease, see SetNode
	Registration Registration

	MaxFriends int // friends that one user has added, and that have added them, each; default 5,000
	// AskFriends: who is added as a friend has to agree.
	AskFriends bool
	// MaxFriendRequests is how many requests of one user wait, and how many wait for one user;
	// default 200.
	MaxFriendRequests int

	MaxGroups  int // groups of one user, default 1,000
	MaxMembers int // members of one group, default 10,000
	MaxInvites int // invitations of one group that hold at the same time, default 20
	// AddFriendsOnly: admins add only their friends to groups. The others need an invitation.
	AddFriendsOnly bool

	MaxDevices    int // devices of one user, default 50
	DevicesPerDay int // new ones with a name on one day (UTC), default 50

	NoDirectory    bool // users are not found by the beginning of their names
	LookupsPerHour int  // questions about people that an account does not know; 0 is no limit

	MaxText int // characters of a draft, as of a message; default wire.DefaultMaxText

	MinPassword int // characters of a new password, default 5
	MaxPassword int // default 128

	HashCost     HashCost
	HashesAtOnce int           // password hashes computed at the same time, default half of the cores
	HashQueue    int           // logins and registrations waiting for one, default 256
	HashWait     time.Duration // how long one waits; longer waits are told Busy and a time, default 5 s
	// HashPromises is how many places are kept for those who were told a time, default
	// 10,000. HashPlacesAddress and HashPlacesAccount are how many places, waiting or kept,
	// one address and one account at one address may have, default 1,000 and 8.
	HashPromises      int
	HashPlacesAddress int
	HashPlacesAccount int

	FreeAttemptsAccount int           // failed logins of an account before delays begin, default 5
	FreeAttemptsAddress int           // failed logins from an address before delays begin, default 20
	LongestDelay        time.Duration // where the doubling delay stops, default 30 s
	AttemptTable        int           // accounts and addresses remembered, default 20,000

	OfflineAfter time.Duration // after an abrupt end, friends are told "offline" this late; default 3 s
	// TokenAge is how long a token is good for, from the login that made it; 0 is for ever.
	TokenAge time.Duration

	StoreWait time.Duration // one write in the background may take this long, default 5 s

	// Audit is called for each entry of the audit log, by whoever serves the request. nil
	// is for none.
	Audit func(Audited)

	Log *slog.Logger
}

// WithDefaults returns the options with the defaults where nothing is set. Those that
// operators can set are the same as in internal/server, which a test there holds.
func (o ServiceOptions) WithDefaults() ServiceOptions {
	orElse(&o.MaxFriends, 5000)
	orElse(&o.MaxFriendRequests, 200)
	orElse(&o.MaxGroups, 1000)
	orElse(&o.MaxMembers, 10_000)
	orElse(&o.MaxInvites, 20)
	orElse(&o.MaxDevices, 50)
	orElse(&o.DevicesPerDay, 50)
	orElse(&o.MaxText, wire.DefaultMaxText)
	orElse(&o.MinPassword, 5)
	orElse(&o.MaxPassword, 128)
	orElse(&o.HashesAtOnce, max(1, runtime.GOMAXPROCS(0)/2))
	orElse(&o.HashQueue, 256)
	orElse(&o.HashWait, 5*time.Second)
	orElse(&o.HashPromises, 10_000)
	orElse(&o.HashPlacesAddress, 1000)
	orElse(&o.HashPlacesAccount, 8)
	orElse(&o.FreeAttemptsAccount, 5)
	orElse(&o.FreeAttemptsAddress, 20)
	orElse(&o.LongestDelay, 30*time.Second)
	orElse(&o.AttemptTable, 20_000)
	orElse(&o.OfflineAfter, 3*time.Second)
	orElse(&o.StoreWait, 5*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orElse[T ~int | ~int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// ServiceStore is what the use cases need of a Store.
type ServiceStore interface {
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
	Groups
	Memberships
	GroupInvites
	Conversations
	Pages
	MessageStates
	MentionLists
	Cursors
	Receipts
	Settings
	Levels
}

// Service is the use cases. Each checks, writes through its store, tells through the
// Notifier what has changed, and answers with the domain's own values or an error
// that AsError can make fit for a client. All methods are safe for concurrent use.
//
// Who asks is always a Caller, which comes from the session; what a request says about
// its sender never gets here.
type Service struct {
	store    ServiceStore
	notifier Notifier
	poster   Poster
	clock    Clock
	o        ServiceOptions
	log      *slog.Logger

	hasher   *hasher
	attempts *attempts
	known    convCache
	farewell farewell
	closings closings
	devices  DeviceCounts
	invites  InviteCounts
	lookups  lookups
	node     atomic.Int64 // of Options.Node, until SetNode
}

// Caller is the session that asks for something, or a user without one (see Sessionless).
type Caller struct {
	User    User
	Device  DeviceID   // 0 without a session
	Session SessionID  // 0 without a session
	From    netip.Addr // not valid for connections in memory, and for the operator
}

// NewService makes the use cases over a store. poster may be nil where nothing is sent.
// Close ends what they run.
func NewService(store ServiceStore, notifier Notifier, poster Poster, clock Clock, o ServiceOptions) *Service {
	o = o.WithDefaults()
	s := &Service{
		store: store, notifier: notifier, poster: poster, clock: clock, o: o, log: o.Log,
		hasher:   newHasher(o, clock),
		attempts: newAttempts(o, clock),
		known:    newConvCache(),
	}
	s.farewell.pending = make(map[UserID]*goodbye)
	s.closings.wake = make(chan struct{}, 1)
	s.lookups.init(o.LookupsPerHour)
	s.node.Store(int64(o.Node))
	return s
}

// Close tells at once what was to be told later, tries once more to end in the store
// the sessions that could not be ended yet, and waits until nothing of the service
// runs. ctx bounds that. Use cases must not be called any more.
func (s *Service) Close(ctx context.Context) error {
	s.flushFarewells(ctx)
	return s.finishClosings(ctx)
}

func userTopic(u UserID) Topic   { return Topic{User: u} }
func groupTopic(g GroupID) Topic { return Topic{Group: g} }

// SetNode names the node that sessions are opened for from now on: it began anew under
// another number, or (0) has none for now, and nobody can log in.
func (s *Service) SetNode(n NodeID) { s.node.Store(int64(n)) }

// tell sends the notice n, which has the place no in the topic's journal. The caller is its
// By and Owner.
func (s *Service) tell(by Caller, n PeopleNotice, t Topic, no int64) {
	n.By, n.Owner = by.Session, by.User.ID
	s.notifier.Notify(Notice{No: no, People: &n}, t)
}

// background is the context of a write that nobody waits for.
func (s *Service) background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), s.o.StoreWait)
}

// pageSize is how many entries a page has for the limit that was asked for.
func pageSize(limit int64) int {
	switch {
	case limit <= 0:
		return wire.DefaultPage
	case limit > wire.MaxPage:
		return wire.MaxPage
	}
	return int(limit)
}

// cut takes a list of up to limit+1 entries to limit, and reports whether there was
// more.
func cut[T any](list []T, limit int) ([]T, bool) {
	if len(list) > limit {
		return list[:limit], true
	}
	return list, false
}

// Hashing is what computes password hashes, for those who count.
func (s *Service) Hashing() *Turns { return s.hasher.turns }
