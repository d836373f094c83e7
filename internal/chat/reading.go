package chat

import (
	"context"

	"parley/wire"
)

// Read records that the user has read a conversation up to seq, clamped to what he
// may see, and tells his other devices if that moved anything. It returns where he
// stands now. Errors: BadField, NotYourself, NoConversation, NoSuchGroup, NotMember,
// and the store's.
func (s *Service) Read(ctx context.Context, by Caller, t Target, seq int64) (now int64, err error) {
	if seq < 1 {
		return 0, Errorf(wire.BadField, "read up to where? `seq` is a positive number")
	}
	v, err := s.view(ctx, by, t)
	if err != nil {
		return 0, err
	}
	seq = min(seq, v.sees.End())
	if seq < 1 {
		return 0, nil // nothing was ever said there
	}
	now, no, err := s.store.SaveRead(ctx, by.User.ID, by.Device, v.conv.ID, seq)
	if err != nil {
		return 0, err
	}
	if no != 0 {
		// The hub tells the others of it as well: see hub.Notify.
		s.notifier.Notify(Notice{No: no, Read: &ReadNotice{Conv: v.conv, Seq: now, From: by.Device}}, userTopic(by.User.ID))
	}
	return now, nil
}
