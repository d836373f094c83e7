package chat

import (
	"context"
	"fmt"
	"net/netip"

	"parley/wire"
)

// ChangePassword returns the caller's account another password and ends everything that is
// logged in by the old one: all tokens, and all sessions but the caller's. It returns the new
// token of the caller's device. Errors: BadCredentials (the old password is wrong),
// BadPassword (the new one cannot be), RateLimited, Busy, SessionEnded, and the store's.
func (s *Service) ChangePassword(ctx context.Context, c Caller, from netip.Addr, old, password string) (token string, err error) {
	if err := s.checkNewPassword(c.User.Name, password); err != nil {
		return "", err
	}
	acc, err := s.store.Account(ctx, c.User.ID)
	if err != nil {
		return "", err
	}
	// Whoever sits there has proved the device, or has taken it: only what is tried from
	// there holds it back.
	here, who := provedDevice(acc.ID, fmt.Sprintf("#%d", c.Device)), turn{addressOf(from).from, suspect{user: acc.ID}}
	entry := Audited{What: PasswordChangeFailed, User: acc.User, From: from, DeviceID: c.Device}
	ok, err := s.passwordFits(ctx, who, acc, old, here)
	if err != nil {
		return "", err
	}
	if !ok {
		s.attempts.fail(here)
		entry.Reason = wrongPassword
		s.audit(entry)
		return "", E(wire.BadCredentials)
	}
	s.attempts.forgive(here)
	hash, err := s.hasher.hash(ctx, who, password)
	if err != nil {
		return "", err
	}
	token, tokenHash := newToken(s.clock.Now())
	_, err = s.revoke(ctx, Revocation{
		User: acc.ID, PasswordHash: hash, PasswordWas: acc.PasswordHash, Keep: c.Session, KeepToken: tokenHash,
	})
	if err != nil {
		return "", err
	}
	entry.What = PasswordChanged
	s.audit(entry)
	return token, nil
}

// Devices pages the caller's devices that are logged in, or can log in by their token, by id,
// after the id of the page before; more tells that there is another page.
func (s *Service) Devices(ctx context.Context, c Caller, after DeviceID, limit int64) (page []DeviceState, more bool, err error) {
	n := pageSize(limit)
	if page, err = s.store.Devices(ctx, c.User.ID, after, n+1); err != nil {
		return nil, false, err
	}
	page, more = cut(page, n)
	return page, more, nil
}

// EndToken forgets the token of the caller's own device, so that its next login needs the
// password. The session goes on. Errors: the store's.
func (s *Service) EndToken(ctx context.Context, c Caller) error {
	err := s.store.DropToken(ctx, Closing{User: c.User.ID, Device: c.Device, Session: c.Session})
	if err == nil {
		s.audit(Audited{What: TokenEnded, Reason: "logout", User: c.User, From: c.From, DeviceID: c.Device})
	}
	return err
}

// RevokeDevice ends the session and the token of one of the caller's devices, also his
// own. Errors: NoSuchSession, and the store's.
func (s *Service) RevokeDevice(ctx context.Context, c Caller, id DeviceID) error {
	if id == 0 {
		return E(wire.NoSuchSession)
	}
	_, err := s.revoke(ctx, Revocation{User: c.User.ID, Device: id})
	if err == nil && c.Session != 0 { // what the operator does is written where it comes in
		s.audit(Audited{What: DeviceRevoked, Reason: "owner", User: c.User, From: c.From, DeviceID: id})
	}
	return err
}

// ResetPassword is the operator's: it gives an account another password and ends all that
// is logged in. Errors: NoSuchUser, BadPassword, Busy, and the store's.
func (s *Service) ResetPassword(ctx context.Context, user UserID, password string) (User, error) {
	acc, err := s.store.Account(ctx, user)
	if err != nil {
		return User{}, err
	}
	if err := s.checkNewPassword(acc.Name, password); err != nil {
		return User{}, err
	}
	hash, err := s.hasher.hash(ctx, turn{account: suspect{user: user}}, password)
	if err != nil {
		return User{}, err
	}
	done, err := s.revoke(ctx, Revocation{User: user, PasswordHash: hash})
	return User{ID: user, Name: done.Name}, err
}

// RevokeAll is the operator's: it ends all that is logged in to an account. Errors:
// NoSuchUser, and the store's.
func (s *Service) RevokeAll(ctx context.Context, user UserID) (User, error) {
	done, err := s.revoke(ctx, Revocation{User: user})
	return User{ID: user, Name: done.Name}, err
}

// SetDisabled is the operator's: a disabled account cannot log in, what is logged in ends,
// nothing can be sent to it, and the groups that it looks after go to the next. Errors:
// NoSuchUser, AccountClosed (an erased one is to be enabled), and the store's.
func (s *Service) SetDisabled(ctx context.Context, user UserID, disabled bool) (User, error) {
	done, err := s.revoke(ctx, Revocation{User: user, Disable: disabled, Enable: !disabled})
	if err != nil {
		return User{}, err
	}
	s.handedOver(done.Heirs)
	for after := done.MoreAfter; after != 0; {
		var heirs []Succession
		if heirs, after, err = s.store.HandOver(ctx, user, after, HandedOverAtOnce); err != nil {
			return User{}, err // to be done again, and then it goes on
		}
		s.handedOver(heirs)
	}
	return User{ID: user, Name: done.Name}, nil
}

// handedOver tells groups of their new creators.
func (s *Service) handedOver(list []Succession) {
	for _, h := range list {
		s.tell(Caller{}, PeopleNotice{
			What: CreatorChanged, User: h.NewCreator, Conv: h.Conv, Group: GroupInfo{ID: h.Conv.Group, Name: h.GroupName},
		}, groupTopic(h.Conv.Group), h.No)
	}
}

// revoke tells the sessions that have ended, and the friends if those were the user's
// last.
func (s *Service) revoke(ctx context.Context, r Revocation) (Revoked, error) {
	done, err := s.store.Revoke(ctx, r)
	if err != nil {
		return Revoked{}, err
	}
	for i := range done.Sessions {
		v := &done.Sessions[i]
		s.notifier.Notify(Notice{No: v.No, Takeover: &v.Takeover}, userTopic(r.User))
	}
	s.gone(ctx, done.Move, LoggedOut)
	return done, nil
}

// FindUser returns the account of a name, whatever stands around it: NoSuchUser.
func (s *Service) FindUser(ctx context.Context, name string) (User, error) {
	key, ok := FindKey(name)
	if !ok {
		return User{}, E(wire.NoSuchUser)
	}
	acc, err := s.store.AccountByKey(ctx, key)
	return acc.User, err
}

// UserByID returns the account of an id, for the operator: NoSuchUser.
func (s *Service) UserByID(ctx context.Context, id UserID) (User, error) {
	acc, err := s.store.Account(ctx, id)
	return acc.User, err
}
