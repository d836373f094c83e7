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
	RetryAfter time.Duration // how long to wait before trying again; 0 if the server did not say; at most 10 min
}

// Error returns the server's text and the code.
func (e *Error) Error() string {
	if e.Info == "" {
		return fmt.Sprintf("the server refused it (code %d)", e.Code)
	}
	return fmt.Sprintf("%s (code %d)", e.Info, e.Code)
}

// Is reports whether target is an *Error with the same code. So
// errors.Is(err, &Error{Code: wire.NotMember}) works.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the server's code in err, and 0 if err is not a refusal.
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

// GoodbyeError is the goodbye of the server (frame 26). It says why a connection ended.
type GoodbyeError struct {
	Code      wire.GoodbyeCode
	Reason    string        // what happened and what to do, for people
	Reconnect bool          // whether the client reconnects by itself
	After     time.Duration // how long to wait before connecting again; at most 10 min
}

// Error returns the server's reason and the code.
func (e *GoodbyeError) Error() string {
	return fmt.Sprintf("the server said goodbye: %s (goodbye code %d)", e.Reason, e.Code)
}

// Errors that do not come from the server. Use errors.Is to find them.
var (
	// ErrClosed: the client was closed or logged out.
	ErrClosed   = errors.New("client: closed")
	errNoClient = errors.New("client: this message came from no client, so there is nobody to reply to it; use Client.SendTo")

	// ErrNotStarted: neither Login nor Start was called.
	ErrNotStarted = errors.New("client: not logged in; call Login or Start first")
	// ErrInterrupted: the connection ended before the answer arrived. It is unknown whether
	// the request had an effect.
	ErrInterrupted = errors.New("client: the connection ended before the answer came; it is unknown whether the request took effect")
	// ErrOutboxFull: Options.Outbox messages wait for their acks.
	ErrOutboxFull = errors.New("client: too many messages wait for their acks")
	// ErrUnknownOutcome: another program used the same device in the meantime, so an ack may
	// be for its message. The history shows whether the message was stored.
	ErrUnknownOutcome = errors.New("client: another program used this device meanwhile; whether the message was stored is unknown, look into the history")
	// ErrKept: the client ended before the message had its ack. Options.Store has the message,
	// and the next client with that Store sends it.
	ErrKept = errors.New("client: no ack yet; the message is kept and will be sent by the next run")
	// ErrOffline: there is no connection, and the Store has nothing of what was asked for.
	ErrOffline = errors.New("client: not connected, and nothing of it is kept here")
	// ErrOtherAccount: Options.Store belongs to another account.
	ErrOtherAccount = errors.New("client: the store belongs to another account; use one of its own for each account, server and device")
	// ErrPlaintext: a password or token would go to another machine without encryption.
	ErrPlaintext = errors.New("client: everybody on the way could read the password; connect with tls:// or wss://, seal the connection (Options.Sealed, --sealed), or allow it (Options.AllowPlaintext, --allow-plaintext)")
	// ErrSilent: the server sent nothing for two and a half heartbeat intervals.
	ErrSilent = errors.New("client: the server has fallen silent")

	errUnanswered = errors.New("client: the server left a chat frame without an answer for too long")
	errOutOfStep  = errors.New("client: the server waits for a number that was answered before; logging in anew")
)

// PinError says that the server's key for sealed connections is not the known one.
type PinError struct {
	Server          string // its address
	Pinned, Offered string // the fingerprints of the known key and of the server's key
}

// Error returns what happened and what to do.
func (e *PinError) Error() string {
	return fmt.Sprintf("the key of %s is not the one that is known: it was %s and is now %s; "+
		"somebody may be between you and the server. Ask its operator (\"parley key\" prints it there), and if it is right, give it once with --pin",
		e.Server, e.Pinned, e.Offered)
}
