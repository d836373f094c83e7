package bench

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"parley/client"
	"parley/wire"
)

// The workloads.
const (
	Direct   = "direct"   // pairs of users, the first of each pair sends
	Group    = "group"    // groups of users, some of each group send
	Offline  = "offline"  // as direct, but receivers log in only after the load
	Idle     = "idle"     // users log in and stay
	Presence = "presence" // users come and go, and friends watch them
)

// Workloads names all there are.
func Workloads() []string { return []string{Direct, Group, Offline, Idle, Presence} }

// Options say what load to make. The zero value of a field means its default.
type Options struct {
	// Servers are addresses as client.Options.Server has them; default DefaultServer
	// alone. Users are spread over them, and one that loses its connection goes to the
	// next server of the same kind (tcp, or ws with the same path).
	Servers  []string
	Workload string // default direct

	Users     int     // default 20
	GroupSize int     // members of one group; default all users
	Senders   int     // default: every first of a pair; four of each group; half of the users (presence)
	Window    int     // unacked messages of one sender, 1 to 256; default 16
	Rate      float64 // messages (presence: changes) a second of all senders together; 0: as fast as acks allow
	Size      int     // characters of a text; default 100, and never less than what identifies a message (at most 40)

	Duration time.Duration // of what is measured; default 10 s
	Warmup   time.Duration // before that, not measured but accounted; default 1 s, negative for none
	// Settle bounds each wait after the load: for the last displays, and for each page of
	// the logs (10 s at least). Default 30 s.
	Settle time.Duration
	// Verify keeps the account of every message; see Report.
	Verify bool

	// Prefix begins the users' names, which end in a number; those that exist are used
	// again, with Password. Default a random one, for users nobody needs again.
	Prefix   string
	Password string // default a random one; needed with a Prefix of an earlier run
	// Invite is the code of an invitation, where registration is by invitation. It must be for
	// at least as many accounts as there are new users.
	Invite string

	reused bool // Prefix was given: the users may exist

	// Progress gets a line a second; nil for none. With Live the line is written over
	// itself, for a terminal.
	Progress io.Writer
	Live     bool

	// Client, if set, has the last word over the bounds of each user's connection, and may
	// set a Dialer, which is asked for the address of the server whose turn it is; not over
	// handlers and who logs in.
	Client func(*client.Options)
}

const (
	maxUsers = 1_000_000
	maxSize  = 1_000_000
)

// check fills in defaults and names all that cannot work.
func (o *Options) check() error {
	o.defaults()
	var wrong []error
	complain := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	complain(!slices.Contains(Workloads(), o.Workload),
		"there is no workload %q; there are %s", o.Workload, strings.Join(Workloads(), ", "))
	least := 2
	if o.Workload == Idle {
		least = 1
	}
	complain(o.Users < least || o.Users > maxUsers, "users: %d is not between %d and %d", o.Users, least, maxUsers)
	complain(o.Workload == Group && o.GroupSize < 2, "group-size: %d; a group needs two members to be one", o.GroupSize)
	complain(o.Senders < 0 || o.Senders > o.Users, "senders: %d is not between 1 and the number of users, %d", o.Senders, o.Users)
	complain(o.Workload == Presence && o.Senders >= o.Users,
		"senders: %d of %d users come and go; at least one must stay to watch", o.Senders, o.Users)
	complain(o.Workload == Offline && o.Senders > o.Users/2,
		"senders: %d; %d users make %d pairs, and the second of each is offline", o.Senders, o.Users, o.Users/2)
	complain(o.Window < 1 || o.Window > wire.MaxUnacked, "window: %d is not between 1 and %d", o.Window, wire.MaxUnacked)
	complain(o.Rate < 0 || o.Rate > 1e7, "rate: %v is not between 0 and 10000000", o.Rate)
	complain(o.Size < 0 || o.Size > maxSize, "size: %d is not between 0 and %d", o.Size, maxSize)
	complain(o.Duration < 0, "duration: %v is negative", o.Duration)
	complain(len(o.Prefix) > maxPrefix, "prefix: %d bytes; at most %d are allowed, for a number is appended", len(o.Prefix), maxPrefix)
	for _, s := range o.Servers {
		_, err := client.New(client.Options{Server: s, Name: "x", Password: "x"})
		complain(err != nil, "%w", err)
	}
	return errors.Join(wrong...)
}

// maxPrefix leaves room for a number in a name.
const maxPrefix = wire.MaxName - 10

func (o *Options) defaults() {
	if len(o.Servers) == 0 {
		o.Servers = []string{client.DefaultServer}
	}
	o.Workload = cmp.Or(o.Workload, Direct)
	o.Users = cmp.Or(o.Users, 20)
	o.GroupSize = min(cmp.Or(o.GroupSize, o.Users), max(o.Users, 1))
	o.Window = cmp.Or(o.Window, 16)
	o.Size = cmp.Or(o.Size, 100)
	o.Duration = cmp.Or(o.Duration, 10*time.Second)
	o.Warmup = max(0, cmp.Or(o.Warmup, time.Second))
	o.Settle = cmp.Or(o.Settle, 30*time.Second)
	o.reused = o.Prefix != ""
	o.Prefix = cmp.Or(o.Prefix, "bench-"+random()+"-")
	o.Password = cmp.Or(o.Password, random()+random())
	if o.Senders != 0 {
		return
	}
	switch o.Workload {
	case Direct, Offline:
		o.Senders = o.Users / 2
	case Group:
		o.Senders = min(o.Users, 4*((o.Users+o.GroupSize-1)/o.GroupSize))
	case Presence:
		o.Senders = o.Users / 2
	}
}
