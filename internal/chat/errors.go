package chat

import (
	"errors"
	"fmt"
	"time"

	"parley/wire"
)

// Error is the one error type that a client may come to see. Its code and text go
// out as they are; Cause is for the log only and never leaves the server.
type Error struct {
	Code       wire.Code
	Info       string        // what happened and what to do; "" takes the code's own text
	RetryAfter time.Duration // where waiting helps
	SendNext   int64         // with wire.SendSeqGap
	Cause      error

	// For the audit log: whose login it was, and why it failed.
	claimed User
	why     string
}

// Error is for logs.
func (e *Error) Error() string {
	s := e.Info
	if s == "" {
		s = e.Code.Text()
	}
	if e.Cause != nil {
		return fmt.Sprintf("%s (code %d): %v", s, e.Code, e.Cause)
	}
	return fmt.Sprintf("%s (code %d)", s, e.Code)
}

// Unwrap returns the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is compare codes.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && t.Cause == nil
}

// E makes an error with the code's own text.
func E(code wire.Code) *Error { return &Error{Code: code} }

// Errorf makes an error with a text of its own.
func Errorf(code wire.Code, format string, args ...any) *Error {
	return &Error{Code: code, Info: fmt.Sprintf(format, args...)}
}

// ErrNoLease is what a login is told on a node that has lost its place in the cluster.
func ErrNoLease() *Error {
	return &Error{
		Code: wire.Unavailable, Info: "this node has lost contact with the cluster: connect to another node", RetryAfter: time.Second,
	}
}

// AsError turns any error into one that may leave the server: an unknown one
// becomes wire.Internal with the original as its cause.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: wire.Internal, Cause: err}
}

// The outcomes of an append that are no answer for a client yet: the sender's
// session decides what to make of them.
var (
	// ErrSessionGone: the device's row names another session; nothing was stored.
	ErrSessionGone = errors.New("chat: the session may no longer append")
	// ErrRepeat: the device's last send_seq is at or beyond this one.
	ErrRepeat = errors.New("chat: send_seq was stored before")
	// ErrOutOfStep: the device's last send_seq is behind the expected predecessor.
	ErrOutOfStep = errors.New("chat: the message before this one is not stored")
	// ErrStaleMembers: the conversation's version has moved on.
	ErrStaleMembers = errors.New("chat: membership has changed")
)
