package chat

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"parley/wire"
)

// DeletionGrace is how long an account stays after its user has asked for its deletion. Until then
// the user can think again.
const DeletionGrace = 7 * 24 * time.Hour

// DeletionLease is how long a node may take over the deletion of an account before another one takes
// over. All of it can be done again.
const DeletionLease = 10 * time.Minute

// Deletions is the part of the store about accounts whose users want them deleted. Times are the
// database's.
type Deletions interface {
	// PlanDeletion notes that an account is to be deleted after a time, and returns when; one that is
	// planned stays as it is. It stands in the user's journal: no is its place, 0 where nothing
	// moved. NoSuchUser.
	PlanDeletion(ctx context.Context, user UserID, after time.Duration) (at time.Time, no int64, err error)
	// CancelDeletion takes that back, unless the deletion has begun: then it answers AccountClosed.
	CancelDeletion(ctx context.Context, user UserID) (no int64, err error)
	// ClaimDeletion returns an account that is to be deleted now, and keeps it for the caller for a
	// time: of any number of callers exactly one gets it. After that time it is to be had again,
	// unless EraseAccount has ended it. ok is false if there is none.
	ClaimDeletion(ctx context.Context, lease time.Duration) (user UserID, ok bool, err error)
}

// DeleteAccount plans the deletion of the caller's account, and returns when that will be; the user's
// other sessions are told that the profile is new. Errors: BadCredentials, RateLimited and Busy (of
// the password), and the store's.
func (s *Service) DeleteAccount(ctx context.Context, c Caller, from netip.Addr, password string) (time.Time, error) {
	acc, err := s.store.Account(ctx, c.User.ID)
	if err != nil {
		return time.Time{}, err
	}
	here, who := provedDevice(acc.ID, fmt.Sprintf("#%d", c.Device)), turn{addressOf(from).from, suspect{user: acc.ID}}
	entry := Audited{What: DeletionFailed, User: acc.User, From: from, DeviceID: c.Device}
	ok, err := s.passwordFits(ctx, who, acc, password, here)
	if err != nil {
		return time.Time{}, err
	}
	if !ok {
		s.attempts.fail(here)
		entry.Reason = wrongPassword
		s.audit(entry)
		return time.Time{}, E(wire.BadCredentials)
	}
	s.attempts.forgive(here)
	at, no, err := s.store.PlanDeletion(ctx, acc.ID, DeletionGrace)
	if err != nil {
		return time.Time{}, err
	}
	entry.What = DeletionPlanned
	s.audit(entry)
	s.deletionMoved(c, no)
	return at, nil
}

// KeepAccount takes back what DeleteAccount planned. Errors: AccountClosed (it has begun), and the
// store's.
func (s *Service) KeepAccount(ctx context.Context, c Caller, from netip.Addr) error {
	no, err := s.store.CancelDeletion(ctx, c.User.ID)
	if err != nil || no == 0 {
		return err
	}
	s.audit(Audited{What: DeletionCancelled, User: c.User, From: from, DeviceID: c.Device})
	s.deletionMoved(c, no)
	return nil
}

func (s *Service) deletionMoved(c Caller, no int64) {
	if no != 0 {
		s.tell(c, PeopleNotice{What: ProfileChanged, User: c.User}, userTopic(c.User.ID), no)
	}
}

// DeleteDue deletes an account whose time has come, as an operator would: it is disabled, its texts are
// emptied by empty, and it is forgotten; its name stays taken. ok is false if there was none. A node that
// ends meanwhile leaves it to another one, which does all of it again.
func (s *Service) DeleteDue(ctx context.Context, empty func(context.Context, UserID) error) (ok bool, err error) {
	user, ok, err := s.store.ClaimDeletion(ctx, DeletionLease)
	if err != nil || !ok {
		return false, err
	}
	u, err := s.SetDisabled(ctx, user, true)
	if err == nil {
		err = empty(ctx, user)
	}
	if err == nil {
		err = s.ForgetAccount(ctx, user, false)
	}
	if err == nil {
		s.audit(Audited{What: AccountDeleted, User: u})
	}
	return err == nil, err
}
