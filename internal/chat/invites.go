package chat

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"parley/wire"
)

// Registration says who may make an account.
type Registration uint8

// Who may register. A code that was made for a name is good in every mode: the operator has
// decided on that very account.
const (
	RegistrationOpen     Registration = iota // everybody
	RegistrationByInvite                     // who sends a code that is good
	RegistrationClosed                       // who sends a code that was made for the name they ask for
)

// RegistrationInviteID is the number by which operators name an invitation. It is never given
// out twice, and it is no secret.
type RegistrationInviteID int64

// RegistrationInvite is an invitation to make accounts on this server. It has nothing to do
// with being invited to a group. Its code is kept nowhere, only a hash of it.
type RegistrationInvite struct {
	ID RegistrationInviteID
	// Name is the only name that it is good for, "" for any. Until the invitation is used,
	// ends or is revoked, the name is kept: nobody else can register it, nor one like it.
	Name   string
	Note   string // the operator's own, 0 to MaxInviteNote characters
	Uses   int64  // how many accounts may be made with it
	Used   int64  // how many were
	MadeAt time.Time
	EndsAt time.Time
	// LastUser made the last of these accounts, 0 before there is one.
	LastUser UserID
}

// The bounds of an invitation.
const (
	MaxInviteNote = 200
	MaxInviteUses = 1_000_000
	MinInviteLife = time.Minute
	MaxInviteLife = 10 * 366 * 24 * time.Hour
)

// RegistrationInvitesForgotten is how long after its end an invitation is still listed.
const RegistrationInvitesForgotten = 90 * 24 * time.Hour

// A code is 28 characters of Crockford's base32, which has neither I, L, O nor U: 140 random
// bits, written in groups of 4.
const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength   = 28
	codeGroup    = 4
)

// newPlainCode makes a code as it is stored where it is stored readable: without dashes.
func newPlainCode() string {
	plain := randomBytes(codeLength)
	for i, random := range plain {
		plain[i] = codeAlphabet[random%byte(len(codeAlphabet))] // 256 is a multiple of 32
	}
	return string(plain)
}

// showCode returns a code as people read it.
func showCode(plain string) string {
	var b strings.Builder
	for i := range len(plain) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(plain[i])
	}
	return b.String()
}

// newCode makes a code, and the hash that is stored in its place. A code is as strong as a
// key, so one SHA-256 is enough.
func newCode() (code string, hash []byte) {
	code = showCode(newPlainCode())
	hash, _ = hashCode(code)
	return code, hash
}

// hashCode is the hash of a code as somebody has typed it; ok is false for what is none.
func hashCode(typed string) (hash []byte, ok bool) {
	plain, ok := readCode(typed)
	if !ok {
		return nil, false
	}
	sum := sha256.Sum256([]byte(plain))
	return sum[:], true
}

// readCode returns a code as somebody has typed it without what they put between; ok is false
// for what is none.
func readCode(typed string) (code string, ok bool) {
	const longest = 4 * codeLength // with what people put between
	if len(typed) > longest {
		return "", false
	}
	plain := make([]byte, 0, codeLength)
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case '-', '_', ' ', '\t', '\n', '\r', '\u00a0', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014': // a hyphen as printing makes it
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r >= 0x80 || strings.IndexByte(codeAlphabet, byte(r)) < 0 {
			return "", false
		}
		plain = append(plain, byte(r))
	}
	return string(plain), len(plain) == codeLength
}

// Good returns "" if an account of that name can be made with the invitation at a time, and
// otherwise why not, in one word for the audit log.
func (i *RegistrationInvite) Good(name string, at time.Time) string {
	switch {
	case !i.EndsAt.After(at):
		return endedInvite
	case i.Used >= i.Uses:
		return usedInvite
	case i.Name != "" && NameKey(i.Name) != NameKey(name):
		return otherName
	}
	return ""
}

// Keeps reports whether the name of the invitation is kept for it at a time.
func (i *RegistrationInvite) Keeps(at time.Time) bool {
	return i.Name != "" && i.Good(i.Name, at) == ""
}

// ErrNameKept is what somebody is told who wants a name that is kept for an invitation.
func ErrNameKept() *Error {
	return Errorf(wire.NameTaken, "this name, or one that it looks like, is kept for somebody who has an invitation code for it: "+
		"send that code in `invite`, or choose another name")
}

// InviteCounts count what became of codes at registrations. They only grow, and may be read
// at any time.
type InviteCounts struct {
	Used    atomic.Int64 // accounts that were made with one
	Refused atomic.Int64 // registrations refused for one, or for want of one
}

// InviteCounts are for those who count.
func (s *Service) InviteCounts() *InviteCounts { return &s.invites }

// admission is what a registration comes in by; the zero value is without a code.
type admission struct {
	hash []byte
	id   RegistrationInviteID
}

// admit decides whether somebody may register a name, before anything is said about the name.
// Errors: NoRegistration, BadRegistrationInvite, RateLimited, NameTaken (for a registration
// that is repeated because its outcome was unknown), and the store's.
func (s *Service) admit(ctx context.Context, from netip.Addr, name, code string) (admission, error) {
	if code == "" {
		return admission{}, s.admitWithoutCode()
	}
	var invite RegistrationInvite
	why := unknownInvite
	hash, ok := hashCode(code)
	if ok {
		var err error
		invite, err = s.store.FindRegistrationInvite(ctx, hash)
		switch {
		case err == nil:
			why = invite.Good(name, s.clock.Now())
		case !hasCode(err, wire.BadRegistrationInvite):
			return admission{}, err
		}
	}
	if why == "" && invite.Name == "" && s.o.Registration == RegistrationClosed {
		why = closedInvite
	}
	switch {
	case why == "":
		return admission{hash, invite.ID}, nil
	case s.o.Registration == RegistrationOpen:
		return admission{}, nil // nobody needs one
	case why == usedInvite && s.madeBy(ctx, invite, name):
		return admission{}, E(wire.NameTaken)
	}
	return admission{}, s.refuseCode(from, why)
}

func (s *Service) admitWithoutCode() error {
	switch s.o.Registration {
	case RegistrationOpen:
		return nil
	case RegistrationClosed:
		return Errorf(wire.NoRegistration, "registration is closed on this server: ask its operator for an account, or for an invitation code for your name")
	}
	s.invites.Refused.Add(1)
	return E(wire.BadRegistrationInvite)
}

// madeBy reports whether the account called name was the last one made with an invitation.
func (s *Service) madeBy(ctx context.Context, i RegistrationInvite, name string) bool {
	acc, err := s.store.AccountByKey(ctx, NameKey(name))
	return err == nil && acc.ID == i.LastUser
}

// refuseCode holds back who tries codes, by the address alone, as tokens are.
func (s *Service) refuseCode(from netip.Addr, why string) error {
	s.invites.Refused.Add(1)
	address := addressOf(from)
	if err := s.attempts.check(address); err != nil {
		return err
	}
	s.attempts.fail(address)
	return &Error{Code: wire.BadRegistrationInvite, why: why}
}

// AddRegistrationInvite is the operator's: it makes an invitation out of Name, Note, Uses and
// EndsAt, and returns it with its code, which nobody can be told again. One for a name is good
// for one account. Errors: BadName, NameTaken (also where it is kept for another invitation),
// BadText and TextTooLong (the note), BadField, and the store's.
func (s *Service) AddRegistrationInvite(ctx context.Context, i RegistrationInvite) (RegistrationInvite, string, error) {
	now := s.clock.Now()
	i = RegistrationInvite{Name: i.Name, Note: i.Note, Uses: i.Uses, EndsAt: i.EndsAt, MadeAt: now}
	var err error
	if i.Note, err = checkLines("note", i.Note, MaxInviteNote); err != nil {
		return i, "", err
	}
	life := i.EndsAt.Sub(now)
	switch {
	case i.Uses < 1 || i.Uses > MaxInviteUses:
		return i, "", Errorf(wire.BadField, "an invitation is for 1 to %d accounts, not %d", MaxInviteUses, i.Uses)
	case i.Name != "" && i.Uses != 1:
		return i, "", Errorf(wire.BadField, "an invitation for a name is for 1 account, not %d", i.Uses)
	case life < MinInviteLife || life > MaxInviteLife:
		return i, "", Errorf(wire.BadField, "an invitation ends after 1 minute to 10 years")
	}
	if i.Name != "" {
		if i.Name, err = CheckName(i.Name); err != nil {
			return i, "", err
		}
		if err := s.nameIsFree(ctx, i.Name); err != nil {
			return i, "", err
		}
	}
	code, hash := newCode()
	i.ID, err = s.store.AddRegistrationInvite(ctx, i, hash)
	return i, code, err
}

// RegistrationInvites is the operator's: it pages all invitations by their numbers, also those
// that are used up or have ended within RegistrationInvitesForgotten.
func (s *Service) RegistrationInvites(ctx context.Context, after RegistrationInviteID, limit int) ([]RegistrationInvite, error) {
	return s.store.RegistrationInvites(ctx, after, limit)
}

// RevokeRegistrationInvite is the operator's: the code is good for nothing from now on, and the
// invitation is not listed any more. Accounts that were made with it stay. It returns what the
// invitation was; BadRegistrationInvite if there is none of that number.
func (s *Service) RevokeRegistrationInvite(ctx context.Context, id RegistrationInviteID) (RegistrationInvite, error) {
	return s.store.RevokeRegistrationInvite(ctx, id)
}

// RegistrationMode says who may register here.
func (s *Service) RegistrationMode() Registration { return s.o.Registration }
