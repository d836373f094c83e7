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

// DefaultServer is the address of a server with default settings on this machine.
const DefaultServer = "tcp://127.0.0.1:6000"

// Options say where to connect, who logs in, and the limits. For every limit, zero means its default;
// a value above its maximum counts as the maximum.
type Options struct {
	// Server is "tcp://host:port", "ws://host:port/ws" or a bare "host:port" (TCP); with
	// TLS, "tls://host:port" or "wss://host/ws".
	// The default port is 6000 for TCP and TLS, 80 for ws and 443 for wss; the default path is
	// /ws. Default DefaultServer.
	Server string

	// Name or UserID say who logs in. If both are set, they must be of the same user.
	Name   string
	UserID int64
	// Password or Token is required, unless the Store has a token. A token comes from an
	// earlier login: see Client.Token.
	Password string
	Token    string
	// Invite is the code of an invitation. Only Register uses it, for a server where
	// registration is by invitation.
	Invite string
	// Device is the name of this program among the account's devices, 1 to 64 characters. Set
	// it: without it nothing connects one run of the program to the next, and the server refuses
	// a second nameless login of the account.
	Device string
	// Label says what this program and machine are ("Firefox on Linux"), at most 64 characters.
	// The user sees it in the list of devices (Client.Logins). It may be empty.
	Label string

	// OnMessage gets every message, in order, also those of this account (Message.Mine).
	// OnEvent gets all other events, and the messages too if OnMessage is nil. One goroutine
	// calls both, one call at a time. The package comment says what they may do. A handler may
	// run before Dial has returned, so use its argument, and not the variable that gets Dial's
	// result.
	OnMessage func(*Client, *Message)
	OnEvent   func(*Client, Event)

	// Store keeps the outbox, what was displayed, and the token over restarts of the program.
	// If it is nil, nothing is kept. Package client/history has one. With a Store, a message is
	// on the disk before it is sent (one sync for each call), and the server is told that a
	// message was displayed only when the Store has it. Close the client before the Store.
	Store Store

	// TLS is for tls:// and wss://. It says which certificates to trust; nil means those that the
	// system trusts. The client checks the certificate for the host name in Server, unless
	// TLS.ServerName is set.
	TLS *tls.Config
	// Sealed encrypts connections to tcp:// and ws:// addresses, which have no TLS. The client
	// never falls back to an unencrypted connection. Pin is the fingerprint of the server's key,
	// "SHA256:…", as its operator tells it; with a Pin, Sealed is implied. Without a Pin the
	// client accepts the first key that it sees, and afterwards only that key. Pins keeps it over
	// runs of the program; without Pins it is kept as long as the client lives.
	Sealed bool
	Pin    string
	Pins   Pins
	// AllowPlaintext allows the client to send passwords and tokens to other machines over
	// connections that are neither TLS nor sealed. Everybody on the way can read them.
	AllowPlaintext bool
	// Dialer makes the network connection; default net.Dialer.DialContext.
	Dialer func(ctx context.Context, network, address string) (net.Conn, error)

	ConnectTimeout time.Duration // for connecting and logging in; default 10 s
	RequestTimeout time.Duration // for a request whose context has no deadline; default 15 s
	AnswerTimeout  time.Duration // the connection ends if a message has no answer for so long; default 30 s
	WriteTimeout   time.Duration // the connection ends if a write takes longer; default 20 s

	MinBackoff time.Duration // longest first pause before a reconnect; default 250 ms
	MaxBackoff time.Duration // longest pause before a reconnect; default 10 s
	// RetryDelay is the first pause after a refusal for now, if the server does not say how
	// long to wait. It doubles up to MaxRetryDelay. Defaults 100 ms and 5 s.
	RetryDelay    time.Duration
	MaxRetryDelay time.Duration

	Outbox int // messages without an answer; when it is full, Send waits and Post fails; default 1024, at most 1<<20
	Window int // messages that are sent and have no answer; default 256, at most 256
	Events int // messages that wait for a handler, and as many other events; default 1024, at most 1<<20

	// GapWait is how long the client waits for a missing message before it fetches it; default
	// 500 ms, 10 ms to 1 min. The wait doubles with each try.
	GapWait  time.Duration
	GapTries int // how often the client tries to fetch it; default 3, at most 10
	Early    int // messages that wait behind a gap in one conversation; default 256, at most 65,536

	ReceivedEvery time.Duration // how often the client tells the server what was displayed; default 1 s, at least 1 s
	ReceivedAfter int           // or after so many messages; default 256

	MaxFrame int // bytes of one frame from the server, at most; default 16 MiB
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

// orDefault returns v if it is positive (or not empty), and def otherwise.
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
