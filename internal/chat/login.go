package chat

import (
	"context"

	"parley/wire"
)

// Login is a session as it begins.
type Login struct {
	Caller
	DeviceName  string
	LastSendSeq int64
	Token       string   // the device's new token; "" after a login by token, which stays
	Friends     []Friend // by id, at most wire.MaxLoginList
	Groups      []GroupInfo
}

// Login checks the credentials, makes a new session the only one that may append for
// the device, and tells whom it concerns: the session that was taken over, and the
// friends if the user was offline. Errors: BadField, BadName (the device's),
// BadCredentials, Disabled, AlreadyOnline, RateLimited, Busy, and the store's.
//
// The session stands in the store when Login has returned without an error, and must
// be ended by EndSession; after an error there is none, or the service ends it.
func (s *Service) Login(ctx context.Context, c Credentials) (Login, error) {
	device, err := CheckDevice(c.Device)
	if err != nil {
		return Login{}, err
	}
	c.Device = device
	acc, err := s.authenticate(ctx, c)
	if err != nil {
		return Login{}, err
	}
	o := Opening{User: acc.ID, Device: device, Session: newSessionID(), Node: s.o.Node, At: s.clock.Now()}
	token := ""
	if c.Token == "" {
		token, o.TokenHash = newToken()
	}
	opened, err := s.open(ctx, o)
	if err != nil {
		return Login{}, err
	}
	l := Login{
		Caller:      Caller{User: acc.User, Device: opened.Device, Session: o.Session},
		DeviceName:  device,
		LastSendSeq: opened.LastSendSeq,
		Token:       token,
	}
	s.greet(ctx, l.Caller, opened)
	if err := s.fillLists(ctx, &l); err != nil {
		s.EndSession(ctx, l.Caller, LoggedOut)
		return Login{}, err
	}
	return l, nil
}

// open opens the session. When the outcome is unknown, the session may stand in the
// store with nobody behind it: it is ended in the background.
func (s *Service) open(ctx context.Context, o Opening) (Opened, error) {
	opened, err := s.store.OpenSession(ctx, o)
	if err == nil {
		return opened, nil
	}
	if ctx.Err() != nil || hasCode(err, wire.Unavailable) || AsError(err).Code == wire.Internal {
		s.closeLater(Closing{User: o.User, Session: o.Session, At: o.At}, Vanished)
	}
	return Opened{}, err
}

// greet tells what a login changed.
func (s *Service) greet(ctx context.Context, by Caller, o Opened) {
	if o.Replaced != 0 {
		s.takeovers.add(o.Replaced)
		s.notifier.Notify(Notice{Takeover: &Takeover{Device: o.Device, Session: o.Replaced}}, userTopic(by.User.ID))
	}
	s.back(by.User.ID)
	if o.CameOnline {
		s.tellFriends(ctx, PresenceMove{
			User: by.User.ID, Name: by.User.Name, No: o.PresenceNo, Online: true, Changed: true,
		})
	}
}

// fillLists reads the friends, with their state, and the groups.
func (s *Service) fillLists(ctx context.Context, l *Login) (err error) {
	if l.Friends, err = s.store.Friends(ctx, l.User.ID, 0, wire.MaxLoginList); err != nil {
		return err
	}
	l.Groups, err = s.store.Groups(ctx, l.User.ID, 0, wire.MaxLoginList)
	return err
}
