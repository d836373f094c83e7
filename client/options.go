package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"parley/wire"
	"parley/wire/seal"
)

// DefaultServer is where a server listens on its own machine.
const DefaultServer = "tcp://127.0.0.1:6000"

// Options say whom to connect to, as whom, and within which bounds. The zero value
// of every bound means its default.
type Options struct {
	// Server is "tcp://host:port", "ws://host:port/ws" or a bare "host:port" (TCP); with
	// TLS, "tls://host:port" or "wss://host/ws".
	// Without a port, 6000 for TCP and 80 for WebSocket are taken, without a path /ws.
	// Default DefaultServer.
	Server string

	// Name, or UserID, or both (which must agree), say who logs in.
	Name   string
	UserID int64
	// Password or Token (of an earlier login, see Client.Token) is needed, unless Store
	// has kept a token.
	Password string
	Token    string
	// Invite is for Register alone: the code of an invitation, as it was handed out, where the
	// server asks for one.
	Invite string
	// Device is this program's own name among the account's devices, 1 to 64
	// characters. Strongly recommended: without it nothing links one run of the program
	// to the next, and a second nameless login of the account is refused.
	Device string
	// Label says what this program and machine are ("Firefox on Linux"), at most 64 characters.
	// The account's owner finds it in the list of logins; "" says nothing.
	Label string

	// OnMessage gets every message, in order, one's own included (Message.Mine). OnEvent
	// gets everything else, and the messages too when OnMessage is nil. Both are called by
	// one goroutine, one call at a time; see the package comment for what they may do. A
	// message may be handled before Dial has returned, so a handler gets the client as an
	// argument: it must not use a variable that Dial's result is assigned to.
	OnMessage func(*Client, *Message)
	OnEvent   func(*Client, Event)

	// Store keeps the outbox, what was displayed, and the token across restarts of the
	// program; nil keeps nothing. Package client/history has one. With a Store a message
	// is on the disk before Send and Post put it on its way (one sync for each), and the
	// server is told that a message was displayed when the Store has it. The Store must
	// be open for as long as the client is.
	Store Store

	// TLS is for tls:// and wss://: whom to trust, where that is not what the system
	// trusts. The name that is checked is the server's in Server, unless ServerName is set.
	TLS *tls.Config
	// Sealed has the client seal its connections to tcp:// and ws:// addresses, where there
	// is no TLS; it never falls back to plain ones. Pin is the fingerprint of the server's
	// key, "SHA256:…", as its operator tells it; with it, Sealed is implied. Without it the
	// key is taken as it is found the first time, and from then on must stay the same: in
	// Pins across runs of the program, or else as long as the client lives.
	Sealed bool
	Pin    string
	Pins   Pins
	// AllowPlaintext lets passwords and tokens go to other machines over connections that
	// are neither TLS nor sealed, where everybody on the way can read them.
	AllowPlaintext bool
	// Dialer makes the network connection; default net.Dialer.DialContext.
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)

	ConnectTimeout time.Duration // connecting and logging in; default 10 s
	RequestTimeout time.Duration // a request whose context has no deadline; default 15 s
	AnswerTimeout  time.Duration // a chat frame without an answer ends the connection; default 30 s
	WriteTimeout   time.Duration // a write that is stuck ends the connection; default 20 s

	MinBackoff time.Duration // upper bound of the first pause before a reconnect; default 250 ms
	MaxBackoff time.Duration // upper bound of any such pause; default 10 s
	// RetryDelay is the first pause after a refusal for now without a time of its own;
	// it doubles up to MaxRetryDelay. Defaults 100 ms and 5 s.
	RetryDelay    time.Duration
	MaxRetryDelay time.Duration

	Outbox int // messages without an answer; at the bound Send waits and Post fails; default 1024, most 1<<20
	Window int // messages under way at once; default and most 256
	Events int // messages, and other events, that wait for a handler; default 1024, most 1<<20

	// GapWait is how long a missing message may still come by itself; default 500 ms, at
	// least 10 ms, at most 1 min. Each try to fetch it waits twice as long as the one before.
	GapWait  time.Duration
	GapTries int // how often the history is asked for it; default 3, most 10
	Early    int // messages that wait behind a gap, in each conversation; default 256, most 65,536

	ReceivedEvery time.Duration // how often the server is told what was displayed; default and least 1 s
	ReceivedAfter int           // or after that many messages; default 256

	MaxFrame int // bytes of one frame from the server; default 16 MiB
}

// check fills in defaults and reports what cannot work.
func (o *Options) check() (endpoint, error) {
	ep, err := parseServer(orDefault(o.Server, DefaultServer))
	if err != nil {
		return ep, err
	}
	if o.Name == "" && o.UserID == 0 {
		return ep, errors.New("client: Options.Name or Options.UserID must say who logs in")
	}
	if o.Password == "" && o.Token == "" {
		return ep, errors.New("client: Options.Password or Options.Token is needed to log in")
	}
	if n := utf8.RuneCountInString(o.Device); n > wire.MaxDeviceName {
		return ep, fmt.Errorf("client: Options.Device has %d characters; at most %d are allowed", n, wire.MaxDeviceName)
	}
	if n := utf8.RuneCountInString(o.Label); n > wire.MaxDeviceName {
		return ep, fmt.Errorf("client: Options.Label has %d characters; at most %d are allowed", n, wire.MaxDeviceName)
	}
	o.Sealed = o.Sealed || o.Pin != ""
	if o.Sealed && ep.secure {
		return ep, fmt.Errorf("client: %s is TLS already; sealing is for tcp:// and ws://", ep)
	}
	if o.Pin != "" && (!strings.HasPrefix(o.Pin, "SHA256:") || len(o.Pin) != seal.FingerprintLen) {
		return ep, fmt.Errorf("client: the pin %q is no fingerprint; it looks like SHA256:…, as \"parley key\" prints it on the server", o.Pin)
	}
	o.defaults()
	return ep, nil
}

func (o *Options) defaults() {
	if o.Dialer == nil {
		o.Dialer = new(net.Dialer).DialContext
	}
	o.ConnectTimeout = orDefault(o.ConnectTimeout, 10*time.Second)
	o.RequestTimeout = orDefault(o.RequestTimeout, 15*time.Second)
	o.AnswerTimeout = orDefault(o.AnswerTimeout, 30*time.Second)
	o.WriteTimeout = orDefault(o.WriteTimeout, 20*time.Second)
	o.MinBackoff = orDefault(o.MinBackoff, 250*time.Millisecond)
	o.MaxBackoff = max(o.MinBackoff, orDefault(o.MaxBackoff, 10*time.Second))
	o.RetryDelay = orDefault(o.RetryDelay, 100*time.Millisecond)
	o.MaxRetryDelay = max(o.RetryDelay, orDefault(o.MaxRetryDelay, 5*time.Second))
	o.Outbox = min(orDefault(o.Outbox, 1024), 1<<20)
	o.Window = min(orDefault(o.Window, wire.MaxUnacked), wire.MaxUnacked)
	o.Events = min(orDefault(o.Events, 1024), 1<<20)
	o.GapWait = min(max(orDefault(o.GapWait, 500*time.Millisecond), 10*time.Millisecond), time.Minute)
	o.GapTries = min(orDefault(o.GapTries, 3), 10)
	o.Early = min(orDefault(o.Early, 256), 1<<16)
	o.ReceivedEvery = max(time.Second, o.ReceivedEvery)
	o.ReceivedAfter = orDefault(o.ReceivedAfter, 256)
	o.MaxFrame = orDefault(o.MaxFrame, 16<<20)
}

// orDefault gives v if it is positive (or not empty), else def.
func orDefault[T int | int64 | time.Duration | string](v, def T) T {
	var zero T
	if v <= zero {
		return def
	}
	return v
}

// endpoint is a server's address, taken apart.
type endpoint struct {
	address string // host:port
	webURL  string // the whole URL for WebSocket, "" for TCP
	secure  bool   // TLS, tls:// or wss://
}

// String is how a person would write it.
func (e endpoint) String() string {
	if e.webURL != "" {
		return e.webURL
	}
	if e.secure {
		return "tls://" + e.address
	}
	return "tcp://" + e.address
}

func parseServer(s string) (endpoint, error) {
	if !strings.Contains(s, "://") {
		s = "tcp://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return endpoint{}, fmt.Errorf("client: server %q is not an address; write tcp://host:port or ws://host:port/ws", s)
	}
	switch u.Scheme {
	case "tcp", "tls":
		if p := strings.Trim(u.Path, "/"); p != "" {
			return endpoint{}, fmt.Errorf("client: server %q has a path, which %s:// does not know; write ws:// or wss:// for WebSocket", s, u.Scheme)
		}
		return endpoint{address: net.JoinHostPort(u.Hostname(), orDefault(u.Port(), "6000")), secure: u.Scheme == "tls"}, nil
	case "ws", "wss":
		usual := "80"
		if u.Scheme == "wss" {
			usual = "443"
		}
		u.Host = net.JoinHostPort(u.Hostname(), orDefault(u.Port(), usual))
		if u.Path == "" || u.Path == "/" {
			u.Path = "/ws"
		}
		return endpoint{address: u.Host, webURL: u.String(), secure: u.Scheme == "wss"}, nil
	default:
		return endpoint{}, fmt.Errorf("client: server %q: %s:// is not supported; write tls://host:port or wss://host/ws, or tcp:// and ws:// without encryption", s, u.Scheme)
	}
}
