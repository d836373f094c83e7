package chat

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"parley/wire"
)

// Register makes an account and returns who it is. from is where the request comes from;
// it may be zero. code is that of an invitation, or "". A registration that fails uses no
// invitation. Errors: NoRegistration, BadRegistrationInvite, RateLimited, BadName,
// BadPassword, NameTaken, Busy, and the store's.
func (s *Service) Register(ctx context.Context, from netip.Addr, name, password, code string) (User, error) {
	u, by, err := s.register(ctx, from, name, password, code)
	s.auditRegistration(from, u, by, err)
	return u, err
}

func (s *Service) register(ctx context.Context, from netip.Addr, name, password, code string) (User, admission, error) {
	if code == "" {
		if err := s.admitWithoutCode(); err != nil {
			return User{}, admission{}, err
		}
	}
	name, err := s.checkNewAccount(name, password)
	if err != nil {
		return User{}, admission{}, err
	}
	by, err := s.admit(ctx, from, name, code)
	if err != nil {
		return User{}, by, err
	}
	u, err := s.makeAccount(ctx, from, name, password, by)
	if by.id != 0 && hasCode(err, wire.BadRegistrationInvite) { // it was used up, or ended, a moment ago
		if s.o.Registration != RegistrationOpen {
			s.invites.Refused.Add(1)
			return User{}, admission{}, &Error{Code: wire.BadRegistrationInvite, why: usedInvite}
		}
		by = admission{}
		u, err = s.makeAccount(ctx, from, name, password, by)
	}
	if err == nil && by.id != 0 {
		s.invites.Used.Add(1)
	}
	return u, by, err
}

// CreateAccount is the operator's: it makes an account whoever may register.
// Errors: those of Register but NoRegistration, BadRegistrationInvite and RateLimited.
func (s *Service) CreateAccount(ctx context.Context, name, password string) (User, error) {
	name, err := s.checkNewAccount(name, password)
	if err != nil {
		return User{}, err
	}
	return s.makeAccount(ctx, netip.Addr{}, name, password, admission{})
}

func (s *Service) checkNewAccount(name, password string) (string, error) {
	name, err := CheckName(name)
	if err != nil {
		return "", err
	}
	return name, s.checkNewPassword(name, password)
}

// makeAccount makes an account of a name and a password that were checked.
func (s *Service) makeAccount(ctx context.Context, from netip.Addr, name, password string, by admission) (User, error) {
	// A name that is taken is refused before the hash is paid for. Two who ask for
	// one name at the same time are told apart by the store.
	if err := s.nameIsFree(ctx, name); err != nil {
		return User{}, err
	}
	key := NameKey(name)
	hash, err := s.hasher.hash(ctx, turn{addressOf(from).from, suspect{key: key}}, password)
	if err != nil {
		return User{}, err
	}
	var id UserID
	if by.id != 0 {
		id, err = s.store.CreateInvitedUser(ctx, name, key, hash, by.hash)
	} else {
		id, err = s.store.CreateUser(ctx, name, key, hash)
	}
	if err != nil {
		return User{}, err
	}
	return User{ID: id, Name: name}, nil
}

// nameIsFree answers NameTaken for a name that an account has, or that looks like one's.
func (s *Service) nameIsFree(ctx context.Context, name string) error {
	switch _, err := s.store.AccountByKey(ctx, NameKey(name)); {
	case err == nil:
		return E(wire.NameTaken)
	case !hasCode(err, wire.NoSuchUser):
		return err
	}
	other, alike, err := s.lookAlike(ctx, name)
	if err == nil && alike {
		err = ErrLookAlike(other.Name)
	}
	return err
}

// lookAlike finds an account of another name that could be taken for name.
func (s *Service) lookAlike(ctx context.Context, name string) (other User, found bool, err error) {
	users, err := s.store.LookAlikes(ctx, name)
	if err != nil {
		return User{}, false, err
	}
	for _, u := range users {
		if NamesClash(name, u.Name) {
			return u, true, nil
		}
	}
	return User{}, false, nil
}

// Doubt says why the name of an account that exists would be refused today, "" if it would not.
// It is for operators: the account stays as it is.
func (s *Service) Doubt(ctx context.Context, u User) (string, error) {
	if _, err := CheckName(u.Name); err != nil {
		return AsError(err).Info, nil
	}
	other, alike, err := s.lookAlike(ctx, u.Name)
	if err != nil || !alike {
		return "", err
	}
	return fmt.Sprintf("the name looks like %s (id %d)", other.Name, other.ID), nil
}

// Credentials say who wants in, and prove it. One of ID and Name is enough; both
// must mean the same account. With a Password, the Token proves nothing but that the
// device has been in before: it may have expired.
type Credentials struct {
	ID       UserID
	Name     string
	Password string
	Token    string
	Device   string     // checked by CheckDevice already
	Label    string     // what the device says of itself: "Firefox on Linux"
	From     netip.Addr // where the attempt comes from; may be zero
}

// knownFor is how long an address that an account has been in from is remembered.
const knownFor = 90 * 24 * time.Hour

// authenticate finds the account that the credentials prove. Whether the user does
// not exist, the name and the id do not agree, or the secret is wrong, the answer is
// the same and takes the same work.
func (s *Service) authenticate(ctx context.Context, c Credentials) (Account, error) {
	if c.ID == 0 && c.Name == "" {
		return Account{}, Errorf(wire.BadField, "who wants to log in? send `name` or `id`")
	}
	if c.Password == "" && c.Token == "" {
		return Account{}, Errorf(wire.BadField, "a login needs `pwd`, or the `token` of an earlier login of this device")
	}
	acc, found, err := s.claimed(ctx, c)
	if err != nil {
		return Account{}, err
	}
	if c.Password == "" {
		err = s.proveByToken(ctx, acc, c)
	} else {
		err = s.proveByPassword(ctx, &acc, found, c)
	}
	if err != nil {
		return Account{}, refused(err, acc.User)
	}
	return acc, nil
}

// proveByPassword holds back those who guess, and hashes for users who do not exist, too.
func (s *Service) proveByPassword(ctx context.Context, acc *Account, found bool, c Credentials) error {
	account, address := suspect{user: acc.ID}, addressOf(c.From)
	if !found {
		account = stranger(c)
	}
	held, err := s.heldBack(ctx, acc.ID, account, c)
	if err != nil {
		return err
	}
	who := turn{address.from, account}
	ok, err := s.passwordFits(ctx, who, *acc, c.Password, held...)
	switch {
	case err != nil:
		return err
	case !ok && held[0] != account: // known: it counts for the address as well
		s.attempts.fail(held[0], address)
		return wrong(found, wrongPassword)
	case !ok:
		s.attempts.fail(held...)
		return wrong(found, wrongPassword)
	}
	s.attempts.forgive(held[0])
	if acc.Disabled {
		return E(wire.Disabled)
	}
	s.upgrade(ctx, who, acc, c.Password)
	return nil
}

// heldBack is whose failures an attempt waits for: those of its device, if that proves
// itself by its last token, valid or expired; those at its address, if the account has
// been in from there lately; or else all strangers' and the address's own.
func (s *Service) heldBack(ctx context.Context, user UserID, account suspect, c Credentials) ([]suspect, error) {
	if c.Token != "" {
		stored, err := s.store.TokenHash(ctx, user, c.Device)
		if err != nil && !hasCode(err, wire.NoSuchUser) {
			return nil, err
		}
		if user != 0 && tokenMatches(c.Token, stored) {
			return []suspect{provedDevice(user, c.Device)}, nil
		}
	}
	address := addressOf(c.From)
	known, err := s.store.KnownAddress(ctx, user, address.text(), s.clock.Now().Add(-knownFor))
	if err != nil {
		return nil, err
	}
	if known && user != 0 && address.from.IsValid() {
		return []suspect{{user: user, from: address.from}}, nil
	}
	return []suspect{account, address}, nil
}

// upgrade hashes a password anew that was just proved and was hashed at another cost than
// new ones are. Where it fails, the old hash serves on.
func (s *Service) upgrade(ctx context.Context, who turn, acc *Account, password string) {
	cost, _, _, err := parseHash(acc.PasswordHash)
	if err != nil || cost == s.hasher.cost {
		return
	}
	hash, err := s.hasher.hash(ctx, who, password)
	if err == nil {
		err = s.store.UpgradeHash(ctx, acc.ID, acc.PasswordHash, hash)
	}
	if err != nil {
		s.log.Info("a password's hash could not be brought to today's cost", "user", acc.ID, "error", err)
		return
	}
	acc.PasswordHash = hash
}

// stranger is what attempts are counted under when there is no such account. A name
// that could not be anybody's is counted under its address alone.
func stranger(c Credentials) suspect {
	if key, ok := FindKey(c.Name); ok {
		return suspect{key: key}
	}
	return suspect{user: c.ID}
}

// claimed finds the account that the credentials are about. The zero account stands
// for one that does not exist.
func (s *Service) claimed(ctx context.Context, c Credentials) (acc Account, found bool, err error) {
	key, named := FindKey(c.Name)
	if !named && c.Name != "" {
		return Account{}, false, nil // and nothing for a database to stumble over
	}
	if c.ID != 0 {
		acc, err = s.store.Account(ctx, c.ID)
	} else {
		acc, err = s.store.AccountByKey(ctx, key)
	}
	switch {
	case hasCode(err, wire.NoSuchUser):
		return Account{}, false, nil
	case err != nil:
		return Account{}, false, err
	case c.ID != 0 && named && NameKey(acc.Name) != key:
		return Account{}, false, nil
	}
	return acc, true, nil
}

// passwordFits computes a hash for users who do not exist, too. held may keep it from
// that.
func (s *Service) passwordFits(ctx context.Context, who turn, acc Account, password string, held ...suspect) (bool, error) {
	admit := func() error { return s.attempts.check(held...) }
	if err := admit(); err != nil {
		return false, err
	}
	return s.hasher.verify(ctx, who, acc.PasswordHash, password, admit)
}

// proveByToken asks the store for users who do not exist, too. A token cannot be guessed:
// one that is right is never held back, and one that is wrong counts for the address
// alone, so that nobody can keep an account's devices out by failing in its name.
func (s *Service) proveByToken(ctx context.Context, acc Account, c Credentials) error {
	stored, err := s.store.TokenHash(ctx, acc.ID, c.Device)
	if err != nil && !hasCode(err, wire.NoSuchUser) {
		return err
	}
	switch {
	case acc.ID == 0 || !tokenMatches(c.Token, stored):
		address := addressOf(c.From)
		if err := s.attempts.check(address); err != nil {
			return err
		}
		s.attempts.fail(address)
		return wrong(acc.ID != 0, wrongToken)
	case s.o.TokenAge > 0 && s.clock.Now().Sub(tokenTime(c.Token)) > s.o.TokenAge:
		return wrong(true, expiredToken) // and no guess
	case acc.Disabled:
		return E(wire.Disabled)
	}
	return nil
}

// wrong is the one answer for all credentials that are not right; why is for the audit log.
func wrong(found bool, why string) error {
	if !found {
		why = noSuchAccount
	}
	return &Error{Code: wire.BadCredentials, why: why}
}

// hasCode reports whether err is an *Error of that code.
func hasCode(err error, code wire.Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
