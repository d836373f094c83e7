package client

import (
	"context"
	"fmt"
	"time"

	"parley/wire"
)

// logIn logs in by the token if there is one, and by the password where the token is
// refused or missing. unbroken is false when the token was refused: another program
// may have used the device since.
func (c *Client) logIn(ctx context.Context, s *session) (reply *wire.LoginReply, unbroken bool, err error) {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	if token != "" {
		reply, err = c.tryLogin(ctx, s, token, "")
		if CodeOf(err) != wire.BadCredentials || c.currentPassword() == "" {
			return reply, true, err
		}
	}
	reply, err = c.tryLogin(ctx, s, token, c.currentPassword())
	return reply, token == "", err
}

func (c *Client) tryLogin(ctx context.Context, s *session, token, password string) (*wire.LoginReply, error) {
	var reply *wire.LoginReply
	err := s.stay(ctx, func() error {
		return s.exchange(ctx, c.loginFrame(token, password), func(frame any) (bool, error) {
			f, ok := frame.(*wire.LoginReply)
			if !ok {
				return false, nil
			}
			reply = f
			return true, refusal(f.Erron, f.Errinfo, f.RetryAfterMS)
		})
	})
	return reply, err
}

func (c *Client) currentPassword() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.password
}

func (c *Client) loginFrame(token, password string) *wire.Request {
	q := request(wire.Login)
	if c.opts.UserID != 0 {
		q.ID = c.opts.UserID
		q.Set(wire.FID)
	}
	if c.opts.Name != "" {
		q.Name = c.opts.Name
		q.Set(wire.FName)
	}
	if token != "" {
		q.Token = token
		q.Set(wire.FToken)
	}
	if password != "" || token == "" {
		q.Pwd = password // a token beside it shows that this device has been in before
		q.Set(wire.FPwd)
	}
	if c.opts.Device != "" {
		q.Device = c.opts.Device
		q.Set(wire.FDevice)
	}
	if c.opts.Label != "" {
		q.Label = c.opts.Label
		q.Set(wire.FLabel)
	}
	q.Changes = true
	q.Set(wire.FChanges)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.outbox.sendNext(); n > 0 {
		q.SendNext = n
		q.Set(wire.FSendNext)
	}
	return q
}

// begin makes s the client's session.
func (c *Client) begin(s *session, reply *wire.LoginReply, unbroken bool) {
	now := time.Now()
	s.interval = orDefault(time.Duration(reply.HeartbeatMS)*time.Millisecond, 30*time.Second)
	s.silence = s.interval * 5 / 2
	s.beatAt = now.Add(s.interval)
	_ = s.t.net().SetDeadline(time.Time{}) // the reader finds a dead connection out
	c.mu.Lock()
	defer c.mu.Unlock()
	c.self, c.device = User{reply.ID, reply.Name}, reply.Device
	for _, e := range c.outbox.login(reply.LastSendSeq, unbroken) {
		c.unqueue(e)
		c.settle(e, Receipt{}, ErrUnknownOutcome)
	}
	if !reply.Changes {
		c.refuseChanges()
	}
	c.logins++
	c.queue.push(Connected{
		User: c.self, Device: c.device, Again: c.logins > 1, NewLog: c.newLog,
		Friends: friends(reply.Friends), Groups: groups(reply.Groups),
	})
	c.newLog = false
	for _, f := range reply.Friends {
		c.met(Named{Direct(f.ID), f.Name})
	}
	for _, g := range reply.Groups {
		c.met(Named{Group(g.GID), g.GName})
	}
	c.session = s
	if len(c.dirty) > 0 {
		s.tellAt = now.Add(c.opts.ReceivedEvery)
	}
	close(c.ready)
	poke(c.fillWake)
}

// keepLogin sees to it that this is the account that the store belongs to, and keeps
// the token before anything is sent by it.
func (c *Client) keepLogin(reply *wire.LoginReply) error {
	store := c.opts.Store
	c.mu.Lock()
	owner := c.owner
	if reply.Token != "" {
		c.token = reply.Token
	}
	c.mu.Unlock()
	if owner != 0 && owner != reply.ID {
		return fmt.Errorf("%w: it is of user %d, and user %d has logged in", ErrOtherAccount, owner, reply.ID)
	}
	if reply.Token != "" && store != nil {
		if err := store.KeepToken(reply.Token); err != nil {
			return fmt.Errorf("client: the login's token could not be kept: %w", err)
		}
	}
	if err := c.keepLog(reply.Log); err != nil {
		return err
	}
	if owner != 0 || store == nil {
		return nil
	}
	if err := store.Save(Batch{Self: User{reply.ID, reply.Name}}); err != nil {
		return fmt.Errorf("client: the login could not be kept: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owner = reply.ID
	return nil
}

// refuseChanges answers the changes that a server of a version before cannot make. The lock is held.
func (c *Client) refuseChanges() {
	unsent, doubtful := c.outbox.takeChanges()
	for _, e := range unsent {
		c.unqueue(e)
		c.settle(e, Receipt{}, ErrNoChanges)
	}
	for _, e := range doubtful {
		c.unqueue(e)
		c.settle(e, Receipt{}, ErrUnknownOutcome)
	}
}

func (c *Client) loginCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.logins
}
