package client

import (
	"context"
	"errors"

	"parley/wire"
)

// Register makes an account with Options.Name and Options.Password, over a connection
// of its own, and returns its id. A name that exists is refused with wire.NameTaken; where
// registration is by invitation, wire.BadRegistrationInvite asks for a code in Options.Invite.
// From a server that is busy it comes back at the times told, ten times at most.
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
