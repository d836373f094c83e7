package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// SessionOptions is a session that the store has opened.
type SessionOptions struct {
	User        chat.User
	Device      chat.DeviceID
	DeviceName  string
	ID          chat.SessionID
	LastSendSeq int64 // what the device's row holds
	SendNext    int64 // the client's oldest number without an answer; 0: LastSendSeq+1
	Out         *Outbox
	// Ended is called once, in its own goroutine, when the hub ends the session
	// (takeover, slow reader, shutdown), after the goodbye was queued.
	Ended func(code wire.GoodbyeCode)
}

// Session is one logged-in connection. Its methods are called by the connection's
// reader, one at a time; whatever they start is answered through the Outbox.
type Session struct{}

// Outgoing is a chat frame as the reader hands it on.
type Outgoing struct {
	Msgid   wire.Msgid // wire.Chat or wire.GroupChat
	RID     []byte
	SendSeq int64 // 0: none
	To      chat.UserID
	Group   chat.GroupID
	Body    string // not yet checked
}

// Send takes a chat frame through the checks of send_seq, text and membership and
// appends it. It answers (frame 10) by itself, now or later, and blocks only where
// order asks for it or too much is under way.
func (s *Session) Send(ctx context.Context, o Outgoing) {}

// Settle waits until every frame given to Send has its answer, so that a request
// behind them is handled behind them.
func (s *Session) Settle(ctx context.Context) error { return nil }

// Received records that the client has displayed a conversation up to seq (clamped
// to the head). From then on the session's cursors move by this alone.
func (s *Session) Received(ctx context.Context, conv chat.Conv, seq int64) error { return nil }

// Start begins to deliver: first what is behind the device's cursors, then live.
// It is called once, after the login answer was queued.
func (s *Session) Start() {}

// End takes the session out of the hub and writes its cursors. It does not touch
// the connection, nor the store's session. It may be called more than once.
func (s *Session) End(ctx context.Context) {}

// Accessors for whoever holds a session.
func (s *Session) User() chat.User       { return chat.User{} }
func (s *Session) ID() chat.SessionID    { return 0 }
func (s *Session) Device() chat.DeviceID { return 0 }
func (s *Session) DeviceName() string    { return "" }
