package client

import (
	"context"
	"errors"

	"parley/wire"
)

// Register makes an account with Options.Name and Options.Password, over its own connection, and
// returns the id of the account. The error is an *Error: for example wire.NameTaken if the name
// exists, or wire.BadRegistrationInvite if the server wants the code of an invitation in
// Options.Invite. If the server is busy, Register tries again when the server says, at most 10
// times.
func Register(ctx context.Context, o Options) (int64, error) {
	ep, err := o.check()
	if err != nil {
		return 0, err
	}
	if o.Name == "" || o.Password == "" {
		return 0, errors.New("client: registering needs Options.Name and Options.Password")
	}
	connecting, cancel := context.WithTimeout(ctx, o.ConnectTimeout)
	defer cancel()
	s, err := newClient(o, ep).open(connecting)
	if err != nil {
		return 0, err
	}
	defer s.t.net().Close()
	q := request(wire.Register)
	q.Name, q.Pwd = o.Name, o.Password
	q.Set(wire.FName, wire.FPwd)
	if o.Invite != "" {
		q.Invite = o.Invite
		q.Set(wire.FInvite)
	}
	var id int64
	err = s.stay(ctx, func() error {
		return s.exchange(ctx, q, func(frame any) (bool, error) {
			f, ok := frame.(*wire.RegisterReply)
			if !ok {
				return false, nil
			}
			id = f.ID
			return true, refusal(f.Erron, f.Errinfo, f.RetryAfterMS)
		})
	})
	return id, err
}
