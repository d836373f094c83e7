package gate

import (
	"context"

	"parley/internal/chat"
	"parley/internal/hub"
	"parley/wire"
)

// register is frame 0.
func (c *client) register(ctx context.Context, r *wire.Request) error {
	if wait := c.h.registrations.take(c.link.Remote().Addr()); wait > 0 {
		return &chat.Error{
			Code: wire.RateLimited, RetryAfter: wait,
			Info: "too many accounts were made from this address: try again later, or ask the operator",
		}
	}
	user, err := c.h.Service.Register(ctx, c.link.Remote().Addr(), r.Name, r.Pwd, r.Invite)
	if err != nil {
		return err
	}
	c.send(&wire.RegisterReply{RID: r.RID, ID: int64(user.ID), Name: user.Name})
	return nil
}

// login is frame 2.
func (c *client) login(ctx context.Context, r *wire.Request) error {
	l, err := c.h.Service.Login(ctx, chat.Credentials{
		ID: chat.UserID(r.ID), Name: r.Name, Password: r.Pwd, Token: r.Token,
		Device: r.Device, Label: r.Label, From: c.link.Remote().Addr(),
	})
	if err != nil {
		return err
	}
	changes := r.Changes
	s, w, err := c.open(ctx, l, r.SendNext, changes)
	if err != nil {
		c.h.Service.EndSession(ctx, l.Caller, chat.LoggedOut)
		return err
	}
	c.session = s
	c.link.Authenticated(true)
	if l.DeviceName != "" {
		c.h.watch.add(c, l.Session)
	}
	c.send(&wire.LoginReply{
		RID: r.RID, ID: int64(l.User.ID), Name: l.User.Name, Device: l.DeviceName,
		Log: c.h.LogID, LastSendSeq: l.LastSendSeq, Token: l.Token, HeartbeatMS: c.h.Heartbeat.Milliseconds(),
		Friends: friendRows(w.Friends), Groups: groupRows(w.Groups), Changes: changes, Deletes: timeOrNone(l.DeletesAt),
	})
	s.Start(w.Friends)
	return nil
}

// open puts a session into the hub and then reads what the login is answered with, so
// that the hub keeps what changes meanwhile for after the answer.
func (c *client) open(ctx context.Context, l chat.Login, sendNext int64, changes bool) (*hub.Session, chat.Welcome, error) {
	s, err := c.h.Hub.Open(ctx, hub.SessionOptions{
		User: l.User, Device: l.Device, DeviceName: l.DeviceName, ID: l.Session,
		LastSendSeq: l.LastSendSeq, SendNext: sendNext, JournalNo: l.JournalNo, Changes: changes, Out: c.link.Out(), Owner: c,
	})
	if err != nil {
		return nil, chat.Welcome{}, err
	}
	w, err := c.h.Service.Welcome(ctx, l)
	if err != nil {
		s.End(ctx, hub.ReadLost)
		return nil, chat.Welcome{}, err
	}
	return s, w, nil
}

// logout is frame 9. The connection stays, and can log in again.
func (c *client) logout(ctx context.Context, r *wire.Request) error {
	if r.Revoke {
		if err := c.h.Service.EndToken(ctx, c.caller()); err != nil {
			return err
		}
	}
	c.end(chat.LoggedOut, hub.ReadAll)
	c.link.Authenticated(false)
	c.ack(r, wire.AckReply{})
	return nil
}

// heartbeat is frame 11; that it came is recorded for every frame.
func (c *client) heartbeat(_ context.Context, r *wire.Request) error {
	c.send(&wire.HeartbeatReply{RID: r.RID, Time: formatTime(c.h.Clock.Now())})
	return nil
}

// changePassword is frame 35. The session that asks goes on, with a new token.
func (c *client) changePassword(ctx context.Context, r *wire.Request) error {
	token, err := c.h.Service.ChangePassword(ctx, c.caller(), c.link.Remote().Addr(), r.Pwd, r.NewPwd)
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{Token: token})
	return nil
}

// deleteAccount is frame 71.
func (c *client) deleteAccount(ctx context.Context, r *wire.Request) error {
	from := c.link.Remote().Addr()
	if r.Has(wire.FCancel) {
		if !r.Cancel {
			return chat.Errorf(wire.BadField, "`cancel` is true, or left out: then send the password in `pwd`")
		}
		if err := c.h.Service.KeepAccount(ctx, c.caller(), from); err != nil {
			return err
		}
		c.ack(r, wire.AckReply{})
		return nil
	}
	at, err := c.h.Service.DeleteAccount(ctx, c.caller(), from, r.Pwd)
	if err != nil {
		return err
	}
	c.ack(r, wire.AckReply{Time: formatTime(at)})
	return nil
}

// sessions is frame 36.
func (c *client) sessions(ctx context.Context, r *wire.Request) error {
	devices, more, err := c.h.Service.Devices(ctx, c.caller(), chat.DeviceID(r.After), r.Limit)
	if err != nil {
		return err
	}
	rows := make([]wire.SessionRow, len(devices))
	for i, d := range devices {
		rows[i] = wire.SessionRow{
			DeviceID: int64(d.ID), Session: int64(d.ID), Device: d.Name, Label: d.Label, Address: d.Address,
			Online: d.Online, Used: formatTime(d.UsedAt), Here: d.ID == c.session.Device(),
		}
	}
	c.send(&wire.SessionsReply{RID: r.RID, Sessions: rows, More: more})
	return nil
}

// revokeSession is frame 38. A client that revokes its own session gets the goodbye as the
// answer.
func (c *client) revokeSession(ctx context.Context, r *wire.Request) error {
	device := r.DeviceID
	if !r.Has(wire.FDeviceID) {
		device = r.Session
	}
	if err := c.h.Service.RevokeDevice(ctx, c.caller(), chat.DeviceID(device)); err != nil {
		return err
	}
	c.ack(r, wire.AckReply{})
	return nil
}

// cannotSeal answers frames 21, 23 and 25 where they come too late or where nothing is
// sealed; in their place the link takes them itself.
func (c *client) cannotSeal(context.Context, *wire.Request) error { return chat.E(wire.CannotSeal) }
