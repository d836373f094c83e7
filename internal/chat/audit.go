package chat

import (
	"errors"
	"net/netip"
	"strconv"

	"parley/wire"
)

// Audited is one entry of the audit log: who got in, who did not, and what changed about
// accounts. It holds no secret, and no name that nobody has: somebody may have typed a
// password there.
type Audited struct {
	What     Audit
	Reason   string     // one word; by what, or why not
	From     netip.Addr // where it came from
	User     User       // zero for an account that does not exist
	Device   string     // the device's name, as a login claims it
	DeviceID DeviceID   // the device that it is about, by the number that a list of devices has
}

// Audit is what happened, as it stands in the log.
type Audit string

// What is audited. LoginHeldBack and RegistrationHeldBack were not even tried, because too
// many had failed before. Of registrations that fail, those are audited that fail by their
// code.
const (
	Registered           Audit = "registered"
	RegistrationFailed   Audit = "registration failed"
	RegistrationHeldBack Audit = "registration held back"
	LoggedIn             Audit = "login"
	LoginFailed          Audit = "login failed"
	LoginHeldBack        Audit = "login held back"
	PasswordChanged      Audit = "password changed"
	PasswordChangeFailed Audit = "password change failed"
	TokenEnded           Audit = "token ended"
	DeviceRevoked        Audit = "session revoked"
	DeletionPlanned      Audit = "deletion planned"
	DeletionFailed       Audit = "deletion failed"
	DeletionCancelled    Audit = "deletion cancelled"
	AccountDeleted       Audit = "account deleted"
)

// The reasons that are no codes.
const (
	byPassword    = "password"
	byToken       = "token"
	wrongPassword = "wrong_password"
	wrongToken    = "wrong_token"
	expiredToken  = "expired_token"
	noSuchAccount = "no_such_account"
	byInvite      = "invite:" // and its number
	unknownInvite = "unknown_invite"
	endedInvite   = "ended_invite"
	usedInvite    = "used_invite"
	otherName     = "invite_for_another_name"
	closedInvite  = "registration_closed" // and the invitation is for no name
)

// audit writes an entry if anybody wants it.
func (s *Service) audit(a Audited) {
	if s.o.Audit != nil {
		s.o.Audit(a)
	}
}

// auditRegistration writes how a registration ended, unless it failed by its name or password.
func (s *Service) auditRegistration(from netip.Addr, u User, by admission, err error) {
	a := Audited{What: Registered, User: u, From: from}
	if err != nil {
		e := AsError(err)
		switch {
		case e.Code == wire.BadRegistrationInvite && e.why != "":
			a.What, a.Reason = RegistrationFailed, e.why
		case e.Code == wire.RateLimited:
			a.What, a.Reason = RegistrationHeldBack, e.Code.Name()
		default:
			return
		}
	} else if by.id != 0 {
		a.Reason = byInvite + strconv.FormatInt(int64(by.id), 10)
	}
	s.audit(a)
}

// auditLogin writes how a login ended. acc is whose it is, if they got as far as that.
func (s *Service) auditLogin(c Credentials, acc Account, err error) {
	a := Audited{What: LoginFailed, User: acc.User, From: c.From, Device: c.Device}
	if err == nil {
		a.What, a.Reason = LoggedIn, byPassword
		if c.Password == "" {
			a.Reason = byToken
		}
		s.audit(a)
		return
	}
	e := AsError(err)
	if e.claimed.ID != 0 {
		a.User = e.claimed
	}
	a.Reason = e.why
	switch e.Code {
	case wire.BadCredentials, wire.Disabled, wire.AlreadyOnline:
	case wire.RateLimited:
		a.What = LoginHeldBack
	default:
		return // the server's trouble, or a request that says too little
	}
	if a.Reason == "" {
		a.Reason = e.Code.Name()
	}
	s.audit(a)
}

// refused is err with whose login it was, which the client is not told.
func refused(err error, claimed User) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.claimed = claimed
	return &told
}
