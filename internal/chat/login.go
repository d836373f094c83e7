package chat

import (
	"context"
	"net/netip"
	"sync/atomic"
	"time"

	"parley/wire"
)

// Login is a session as it begins.
type Login struct {
	Caller
	DeviceName  string
	LastSendSeq int64
	Token       string    // the device's new token; "" after a login by token, which stays
	JournalNo   int64     // how far the user's journal went
	DeletesAt   time.Time // as in Account
	cameOnline  PresenceMove
}

// Welcome is what a user is told about his people when he logs in: his friends with
// their state, and his groups, by id, at most wire.MaxLoginList of each.
type Welcome struct {
	Friends []Friend
	Groups  []GroupInfo
}

// Login checks the credentials, makes a new session the only one that may append for
// the device, and tells the session that was taken over. Errors: BadField, BadName
// (the device's), BadCredentials, Disabled, AlreadyOnline, RateLimited, Busy, and the
// store's.
//
// The session stands in the store when Login has returned without an error, and must
// be ended by EndSession; after an error there is none, or the service ends it. What
// follows is to put it where notices find it, and then Welcome.
func (s *Service) Login(ctx context.Context, c Credentials) (Login, error) {
	device, err := CheckDevice(c.Device)
	if err != nil {
		return Login{}, err
	}
	c.Device = device
	if c.Label, err = CheckLabel(c.Label); err != nil {
		return Login{}, err
	}
	acc, token, o, opened, err := s.enter(ctx, c)
	if hasCode(err, wire.BadCredentials) && acc.ID != 0 {
		// They were good when they were looked at, and what they were held against has
		// changed since: the very same password may have another hash now.
		acc, token, o, opened, err = s.enter(ctx, c)
	}
	s.auditLogin(c, acc, err)
	if err != nil {
		return Login{}, err
	}
	if opened.Replaced != 0 {
		s.notifier.Notify(Notice{No: opened.JournalNo, Takeover: &Takeover{Device: opened.Device, Session: opened.Replaced}}, userTopic(acc.ID))
	}
	if e := opened.Evicted; e != nil {
		s.notifier.Notify(Notice{No: e.No, Takeover: &e.Takeover}, userTopic(acc.ID))
	}
	s.devices.Forgotten.Add(int64(opened.Forgotten))
	s.back(acc.ID)
	return Login{
		Caller:      Caller{User: acc.User, Device: opened.Device, Session: o.Session},
		DeviceName:  device,
		LastSendSeq: opened.LastSendSeq,
		Token:       token,
		JournalNo:   opened.JournalNo,
		DeletesAt:   acc.DeletesAt,
		cameOnline: PresenceMove{
			User: acc.ID, Name: acc.Name, No: opened.PresenceNo, Online: true, Changed: opened.CameOnline,
		},
	}, nil
}

// shownAddress is the address of a login as its user is shown it.
func shownAddress(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// DeviceCounts count what limits of devices did. They only grow, and may be read at any time.
type DeviceCounts struct {
	Forgotten atomic.Int64 // devices forgotten for newer ones
	Refused   atomic.Int64 // logins refused: too many new devices on one day
}

// DeviceCounts are for those who count.
func (s *Service) DeviceCounts() *DeviceCounts { return &s.devices }

// ErrDevicesPerDay is what a login from a new device is told past the limit of a day.
func ErrDevicesPerDay(limit int) *Error {
	return Errorf(wire.LimitReached, "this account has had %d new devices today: log in from one of them, without a device, or tomorrow", limit)
}

// enter checks the credentials and opens a session. acc is set once they were good.
func (s *Service) enter(ctx context.Context, c Credentials) (acc Account, token string, o Opening, opened Opened, err error) {
	if acc, err = s.authenticate(ctx, c); err != nil {
		return Account{}, "", o, opened, err
	}
	node := NodeID(s.node.Load())
	if node == 0 {
		return acc, "", o, opened, ErrNoLease()
	}
	o = Opening{
		User: acc.ID, Device: c.Device, Session: newSessionID(), Node: node, At: s.clock.Now(), Leased: s.o.Leased,
		From:       addressOf(c.From).text(),
		Label:      c.Label,
		Address:    shownAddress(c.From),
		MaxDevices: s.o.MaxDevices, DevicesPerDay: s.o.DevicesPerDay,
	}
	if c.Password != "" {
		token, o.TokenHash = newToken(o.At)
		o.PasswordHash = acc.PasswordHash
	} else {
		o.Token = hashToken(c.Token)
	}
	opened, err = s.open(ctx, o)
	if hasCode(err, wire.LimitReached) {
		s.devices.Refused.Add(1)
	}
	return acc, token, o, opened, err
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

// Welcome reads what a login is answered with, and tells the friends if the user was
// offline. It is called once notices reach the session: then whoever changes his state
// after the lists were read is told to it, and nobody is missed.
func (s *Service) Welcome(ctx context.Context, l Login) (w Welcome, err error) {
	if w.Friends, err = s.store.Friends(ctx, l.User.ID, 0, wire.MaxLoginList); err != nil {
		return Welcome{}, err
	}
	if w.Groups, err = s.store.Groups(ctx, l.User.ID, 0, wire.MaxLoginList); err != nil {
		return Welcome{}, err
	}
	switch {
	case !l.cameOnline.Changed:
	case len(w.Friends) < wire.MaxLoginList: // these are all
		ids := make([]UserID, 0, len(w.Friends))
		for _, f := range w.Friends {
			if !f.Hidden {
				ids = append(ids, f.ID)
			}
		}
		s.announce(l.cameOnline, ids)
	default:
		s.tellFriends(ctx, l.cameOnline)
	}
	return w, nil
}
