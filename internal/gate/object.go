package gate

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// requests are lent to readers for one object at a time.
var requests = sync.Pool{New: func() any { return new(wire.Request) }}

// Object implements Peer.
func (c *client) Object(obj []byte) {
	r := requests.Get().(*wire.Request)
	defer func() {
		r.Pwd, r.NewPwd, r.Token, r.Msg = "", "", "", "" // they are not ours to keep
		requests.Put(r)
	}()
	now := c.h.now()
	c.seen.Store(int64(now))
	if e := wire.DecodeRequest(obj, r); e != nil {
		c.unreadable(r, e, now)
		return
	}
	row := table.of(r.Msgid)
	if row == nil {
		c.unknown(r, now)
		return
	}
	c.h.Metrics.frames[r.Msgid].Add(1)
	if err := c.handle(row, r, now); err != nil {
		c.refuse(r, err)
	}
}

// handle holds a frame against its row's preconditions and calls its handler.
func (c *client) handle(row *row, r *wire.Request, now time.Duration) error {
	if err := c.admit(row, r, now); err != nil {
		return err
	}
	if row.class == traffic {
		return row.do(c, c.h.ctx, r)
	}
	ctx, cancel := context.WithTimeout(c.h.ctx, c.h.RequestTime)
	defer cancel()
	if row.order == behind && c.session != nil {
		if err := c.session.Settle(ctx); err != nil {
			return err
		}
	}
	return row.do(c, ctx, r)
}

// admit checks the preconditions, the cheapest first.
func (c *client) admit(row *row, r *wire.Request, now time.Duration) error {
	switch {
	case row.who == member && c.session == nil:
		return c.fault(chat.E(wire.NotLoggedIn), now)
	case row.who == guest && c.session != nil:
		return c.fault(chat.E(wire.LoggedIn), now)
	case row.carry == secret && c.h.RefusePlainSecrets && !c.link.Secure():
		return c.fault(chat.E(wire.PlainSecret), now)
	case c.session != nil && r.Has(wire.FID) && chat.UserID(r.ID) != c.session.User().ID:
		return c.fault(chat.E(wire.NotYou), now)
	case c.session != nil && c.ended.Load() == int64(c.session.ID()):
		return chat.E(wire.SessionEnded)
	}
	return c.pay(row.class, now)
}

// refusalPause is how long a connection is not read after it was refused for its
// rate, so that who does not listen costs little.
const refusalPause = 20 * time.Millisecond

// longestPause bounds how long traffic waits for its rate: the end of a connection is
// found out behind the pause.
const longestPause = time.Second

// pay takes a token of the class. Traffic waits for it; anything else is refused, and what
// comes from somebody who is not logged in counts as a request.
func (c *client) pay(cl class, now time.Duration) error {
	if cl == traffic && c.session == nil {
		cl = request
	}
	wait := c.spent[cl].take(now, c.h.paces[cl])
	if wait == 0 {
		return nil
	}
	c.h.Metrics.Slowed.Add(1)
	if cl == traffic {
		c.h.pause(min(wait, longestPause))
		c.spent[cl].take(now+wait, c.h.paces[cl])
		return nil
	}
	c.h.pause(refusalPause)
	return &chat.Error{Code: wire.RateLimited, RetryAfter: wait}
}

// fault counts an error that no client in good order makes. Too many of them in a
// row end the connection.
func (c *client) fault(e *chat.Error, now time.Duration) error {
	if c.faults.take(now, faultPace) > 0 {
		c.h.Metrics.Abusive.Add(1)
		c.h.logFault("a connection is closed: too many faulty frames", "remote", c.link.Remote())
		c.link.Out().Last(goodbye(wire.ByeAbuse, "too many frames that cannot be handled, one after the other", 0))
	}
	return e
}

// unreadable answers a frame that is not a request, or one with fields that cannot
// be used. The connection stays.
func (c *client) unreadable(r *wire.Request, e *wire.Error, now time.Duration) {
	if e.Code == wire.UnknownMsgid {
		c.unknown(r, now)
		return
	}
	c.h.Metrics.Unreadable.Add(1)
	r.SendSeq = e.SendSeq
	c.refuse(r, c.fault(&chat.Error{Code: e.Code, Info: e.Info}, now))
}

// unknown is the default handler: it logs the msgid that nobody handles and answers.
func (c *client) unknown(r *wire.Request, now time.Duration) {
	c.h.Metrics.Unknown.Add(1)
	c.h.logFault("no handler for a frame", "msgid", int(r.Msgid), "remote", c.link.Remote())
	c.refuse(r, c.fault(chat.E(wire.UnknownMsgid), now))
}

// Fault implements Peer.
func (c *client) Fault(code wire.GoodbyeCode, info string) {
	c.settle()
	c.link.Out().Last(goodbye(code, info, 0))
}

// Gone implements Peer. Who has only closed his own half still reads the answers to what
// he sent.
func (c *client) Gone(err error) {
	if errors.Is(err, io.EOF) {
		c.settle()
	}
	c.end(chat.Vanished, c.link.Unread(err))
}

// end ends the session, if there is one; unread is for hub.Session.End. It works without
// the time that requests have, and while the server stops.
func (c *client) end(how chat.Ending, unread time.Duration) {
	s := c.session
	if s == nil {
		return
	}
	c.session = nil
	caller := callerOf(s)
	c.h.watch.remove(c)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.h.ctx), c.h.RequestTime)
	defer cancel()
	s.End(ctx, unread)
	c.h.Service.EndSession(ctx, caller, how)
}

// settle waits for the answers to all chat frames, behind which the connection may end.
func (c *client) settle() {
	if c.session != nil {
		_ = c.session.Settle(c.h.ctx) // it ends in any case
	}
}
