package client

import (
	"context"
	"errors"

	"parley/wire"
)

// Logout waits for the running handler, tells the server what was displayed, ends the session and
// closes the client. Messages without an answer are given up, unless Options.Store keeps them: call
// Flush first. An error means that the server could not be told; the client is closed anyway. A
// handler must not call it.
func (c *Client) Logout(ctx context.Context) error { return c.logout(ctx, request(wire.Logout)) }

// SignOut is Logout, and also ends the token of this device, on the server and in Options.Store. So
// the next login needs the password. If the server could not be told, the token stays valid there
// until Revoke or ChangePassword ends it; it is forgotten here anyway. A handler must not call it.
func (c *Client) SignOut(ctx context.Context) error {
	q := request(wire.Logout)
	q.Revoke = true
	q.Set(wire.FRevoke)
	err := c.logout(ctx, q)
	c.mu.Lock()
	c.token = ""
	c.mu.Unlock()
	if c.opts.Store != nil {
		err = errors.Join(err, c.opts.Store.KeepToken(""))
	}
	return err
}

func (c *Client) logout(ctx context.Context, q *wire.Request) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.RequestTimeout)
	defer cancel()
	c.StopHandlers()
	_ = c.rest(ctx) // what is not displayed by then comes again
	c.mu.Lock()
	s := c.session
	if s != nil && s.err == nil {
		c.leaving = true
		for _, v := range c.dirty {
			c.encoded = received(v).AppendJSON(c.encoded[:0])
			s.pending = s.t.frame(s.pending, c.encoded)
		}
		c.dirty = nil
	}
	c.mu.Unlock()
	if s == nil {
		c.Close()
		return ErrInterrupted
	}
	answer, err := s.call(ctx, q)
	if ack, ok := answer.(*wire.AckReply); ok {
		err = refusal(ack.Erron, ack.Errinfo, ack.RetryAfterMS)
	}
	c.mu.Lock()
	var bye *GoodbyeError
	if errors.As(s.err, &bye) && !q.Revoke {
		err = nil // a goodbye is an answer to a logout as well
	}
	c.mu.Unlock()
	c.Close()
	return err
}
