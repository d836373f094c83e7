package chat

import (
	"context"

	"parley/wire"
)

// ForgetAccount is the operator's: a disabled account leaves its groups and its friends,
// and is called DeletedName from then on, also in history. Its name stays taken unless
// freeName. What the account has said is not looked at. Each friendship and each group is a
// transaction of its own, and the name comes last: what was interrupted is done again in
// the same way. Errors: NoSuchUser, BadField (it is not disabled), and the store's.
func (s *Service) ForgetAccount(ctx context.Context, user UserID, freeName bool) error {
	acc, err := s.store.Account(ctx, user)
	if err != nil {
		return err
	}
	if !acc.Disabled {
		return Errorf(wire.BadField, "only a disabled account can be erased: disable it first")
	}
	by := Caller{User: acc.User}
	if err := s.leaveAll(ctx, by); err != nil {
		return err
	}
	if err := s.unfriendAll(ctx, by); err != nil {
		return err
	}
	for _, drop := range []func(context.Context, UserID, int) (int, error){s.store.DropKeys, s.store.DropSettings} {
		if err := dropAll(ctx, user, drop); err != nil {
			return err
		}
	}
	if err := s.store.EraseAccount(ctx, user, freeName); err != nil {
		return err
	}
	// For this node; the others see the account's row move.
	s.tell(by, PeopleNotice{What: AccountErased, User: User{ID: user, Name: DeletedName}}, userTopic(user), 0)
	return nil
}

// atOnce is how many groups, friends, send keys or settings are dealt with at a time.
const atOnce = 100

func dropAll(ctx context.Context, user UserID, drop func(context.Context, UserID, int) (int, error)) error {
	for {
		n, err := drop(ctx, user, atOnce)
		if err != nil || n < atOnce {
			return err
		}
	}
}

func (s *Service) leaveAll(ctx context.Context, by Caller) error {
	for {
		groups, err := s.store.Groups(ctx, by.User.ID, 0, atOnce)
		if err != nil || len(groups) == 0 {
			return err
		}
		for _, g := range groups {
			if _, err := s.LeaveGroup(ctx, by, g.ID); err != nil && !hasCode(err, wire.NotMember) {
				return err
			}
		}
	}
}

func (s *Service) unfriendAll(ctx context.Context, by Caller) error {
	for {
		friends, err := s.store.Friends(ctx, by.User.ID, 0, atOnce)
		if err != nil || len(friends) == 0 {
			return err
		}
		for _, f := range friends {
			if _, err := s.RemoveFriend(ctx, by, f.ID); err != nil && !hasCode(err, wire.NotFriends) {
				return err
			}
		}
	}
}
