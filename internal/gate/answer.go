package gate

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/wire"
)

// reply is a frame that knows how it is written.
type reply interface{ AppendJSON(dst []byte) []byte }

// scratch lends the memory in which answers are written; the outbox copies them.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// keepScratch is how much of it is kept for the next answer.
const keepScratch = 16 << 10

func (c *client) send(f reply) {
	b := scratch.Get().(*[]byte)
	*b = f.AppendJSON((*b)[:0])
	c.link.Out().Send(*b)
	if cap(*b) <= keepScratch {
		scratch.Put(b)
	}
}

// ack answers a request that has no answer of its own: a holds the result.
func (c *client) ack(r *wire.Request, a wire.AckReply) {
	a.Re, a.RID = r.Msgid, r.RID
	c.send(&a)
}

// refuse is the one place where an error becomes a frame. What is behind it goes to
// the log and never to the client.
func (c *client) refuse(r *wire.Request, err error) {
	e := outward(err)
	c.record(r, e)
	if e.Code == wire.Busy && c.session == nil && (r.Msgid == wire.Login || r.Msgid == wire.Register) {
		c.link.Expected(min(e.RetryAfter, longestExpected)) // the time that it is told must be of use here
	}
	if e.Code == wire.Unavailable {
		c.h.Hub.Doubt()
	}
	if c.session != nil && r.SendSeq != 0 && (r.Msgid == wire.Chat || r.Msgid == wire.GroupChat || r.Msgid == wire.Change) {
		// In its place among the other chat frames: its number is used up there.
		c.session.Refuse(outgoing(r), e)
		return
	}
	c.send(errorFrame(r, e))
}

// longestExpected bounds for how long a connection may wait for its turn to log in.
const longestExpected = time.Minute

// outward makes an error fit to leave the server.
func outward(err error) *chat.Error {
	e := chat.AsError(err)
	if e.Code == wire.Internal && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return &chat.Error{
			Code: wire.Unavailable, Info: "this took too long and was given up: try again",
			RetryAfter: time.Second, Cause: err,
		}
	}
	return e
}

// errorFrame is an error as the answer to a request.
func errorFrame(r *wire.Request, e *chat.Error) reply {
	wait := e.RetryAfter.Milliseconds()
	if e.RetryAfter > 0 {
		wait = max(wait, 1)
	}
	switch r.Msgid {
	case wire.Register:
		return &wire.RegisterReply{Erron: e.Code, Errinfo: e.Info, RID: r.RID, RetryAfterMS: wait}
	case wire.Login:
		return &wire.LoginReply{Erron: e.Code, Errinfo: e.Info, RID: r.RID, RetryAfterMS: wait}
	}
	return &wire.AckReply{
		Re: r.Msgid, RID: r.RID, Erron: e.Code, Errinfo: e.Info,
		SendSeq: r.SendSeq, SendNext: e.SendNext, RetryAfterMS: wait,
	}
}

// AppendOutcome implements hub.Owner: the ack of a chat frame or a change.
func (c *client) AppendOutcome(dst []byte, o hub.Outcome, at string) []byte {
	a := wire.AckReply{Re: wire.Chat, RID: o.Tag, SendSeq: o.SendSeq, Seq: o.Seq, Time: at}
	switch {
	case o.Change:
		a.Re, a.Rev = wire.Change, o.Rev
	case o.Kind == chat.Group:
		a.Re = wire.GroupChat
	}
	if e := o.Err; e != nil {
		a.Erron, a.Errinfo, a.SendNext, a.RetryAfterMS = e.Code, e.Info, e.SendNext, e.RetryAfter.Milliseconds()
	}
	return a.AppendJSON(dst)
}

// record counts a refusal and logs what the client is not told.
func (c *client) record(r *wire.Request, e *chat.Error) {
	if e.Code >= 0 && int(e.Code) < len(c.h.Metrics.refusals) {
		c.h.Metrics.refusals[e.Code].Add(1)
	}
	if e.Cause == nil {
		return
	}
	args := []any{"msgid", int(r.Msgid), "code", e.Code.Name(), "error", e.Cause}
	if c.session != nil {
		args = append(args, "user", int64(c.session.User().ID))
	}
	if e.Code == wire.Internal {
		c.h.Log.Error("a request failed", args...)
		return
	}
	c.h.logFault("a request was refused", args...)
}
