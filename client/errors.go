package client

import (
	"errors"
	"fmt"
	"time"

	"parley/wire"
)

// Error is a refusal by the server.
type Error struct {
	Code       wire.Code
	Info       string        // what the server says happened, and what to do
	RetryAfter time.Duration // where waiting helps, else 0; at most 10 min
}

// Error gives the server's own words.
func (e *Error) Error() string {
	if e.Info == "" {
		return fmt.Sprintf("the server refused it (code %d)", e.Code)
	}
	return fmt.Sprintf("%s (code %d)", e.Info, e.Code)
}

// Is makes errors.Is compare codes: errors.Is(err, &Error{Code: wire.NotMember}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf gives the server's code in err, 0 if err is no refusal.
func CodeOf(err error) wire.Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// refusal makes an error of what an answer carries, nil for success.
func refusal(code wire.Code, info string, retryAfterMS int64) error {
	if code == wire.OK {
		return nil
	}
	if info == "" {
		info = code.Text()
	}
	return &Error{Code: code, Info: info, RetryAfter: advised(retryAfterMS)}
}

// advised is a pause that the server asks for, within reason.
func advised(ms int64) time.Duration {
	const longest = 10 * time.Minute
	return time.Duration(min(max(ms, 0), longest.Milliseconds())) * time.Millisecond
}

// GoodbyeError is the server's goodbye (frame 26) as the reason why a connection ended.
type GoodbyeError struct {
	Code      wire.GoodbyeCode
	Reason    string
	Reconnect bool
	After     time.Duration // how long to stay away before the next attempt; at most 10 min
}

// Error gives the server's reason.
func (e *GoodbyeError) Error() string {
	return fmt.Sprintf("the server said goodbye: %s (goodbye code %d)", e.Reason, e.Code)
}

// The reasons that are not the server's.
var (
	// ErrClosed: the client was closed or logged out.
	ErrClosed   = errors.New("client: closed")
	errNoClient = errors.New("client: this message came from no client, so there is nobody to reply to it; use Client.SendTo")

	// ErrNotStarted: the client was not logged in yet.
	ErrNotStarted = errors.New("client: not logged in; call Login or Start first")
	// ErrInterrupted: the connection ended before the answer came; whether the request
	// took effect is unknown.
	ErrInterrupted = errors.New("client: the connection ended before the answer came; it is unknown whether the request took effect")
	// ErrOutboxFull: as many messages as allowed wait for their acks.
	ErrOutboxFull = errors.New("client: too many messages wait for their acks")
	// ErrUnknownOutcome: another program used the same device meanwhile, so that an ack
	// could be for its message; look into the history.
	ErrUnknownOutcome = errors.New("client: another program used this device meanwhile; whether the message was stored is unknown, look into the history")
	// ErrKept: the client has ended before the message had its ack. Options.Store has
	// it, and the next client with that store sends it.
	ErrKept = errors.New("client: no ack yet; the message is kept and will be sent by the next run")
	// ErrOffline: there is no connection, and nothing of what was asked for is kept here.
	ErrOffline = errors.New("client: not connected, and nothing of it is kept here")
	// ErrOtherAccount: Options.Store was filled by another account.
	ErrOtherAccount = errors.New("client: the store belongs to another account; use one of its own for each account, server and device")
	// ErrPlaintext: a password or token would go to another machine in the clear.
	ErrPlaintext = errors.New("client: everybody on the way could read the password; connect with tls:// or wss://, seal the connection (Options.Sealed, --sealed), or allow it (Options.AllowPlaintext, --allow-plaintext)")
	// ErrSilent: the server was silent for two and a half heartbeat intervals.
	ErrSilent = errors.New("client: the server has fallen silent")

	errUnanswered = errors.New("client: the server left a chat frame without an answer for too long")
	errOutOfStep  = errors.New("client: the server waits for a number that was answered before; logging in anew")
)

// PinError is the refusal of a server whose key for sealed connections is not the one that
// is known.
type PinError struct {
	Server          string
	Pinned, Offered string // fingerprints
}

// Error says what to do.
func (e *PinError) Error() string {
	return fmt.Sprintf("the key of %s is not the one that is known: it was %s and is now %s; "+
		"somebody may be between you and the server. Ask its operator (\"parley key\" prints it there), and if it is right, give it once with --pin",
		e.Server, e.Pinned, e.Offered)
}
