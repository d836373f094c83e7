package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// prepareChange is prepare for a change of a message.
func (s *Sender) prepareChange(ctx context.Context, o Outgoing) (*submission, error) {
	change, err := chat.CheckChange(*o.Change, s.hub.opts.MaxText)
	if err == nil {
		err = s.afford(change.Body)
	}
	if err != nil {
		return nil, err
	}
	sub := &submission{sender: s, to: o.To, tag: append([]byte(nil), o.Tag...)}
	sub.Append = chat.Append{
		Sender: s.user.ID, Device: s.device, Session: s.session, SendSeq: o.SendSeq, Change: &change, Owner: sub,
	}
	if err := s.authorize(ctx, sub, o.Group); err != nil {
		return nil, err
	}
	return sub, nil
}

// authorize finds out where a change goes, and whether the sender may make it. group is 0 for a
// direct conversation.
func (s *Sender) authorize(ctx context.Context, sub *submission, group chat.GroupID) error {
	h := s.hub
	by := chat.Changer{User: s.user.ID, At: h.clock.Now(), Kind: chat.Direct, Within: h.opts.EditWithin}
	var id chat.Conv
	var version int64
	var err error
	if group != 0 {
		by.Kind = chat.Group
		id, version, err = s.changesGroup(ctx, group, &by)
	} else {
		id, version, err = s.changesDirect(ctx, sub.to, &by)
	}
	if err != nil {
		return err
	}
	var m *chat.Message
	if sub.Change.NeedsMessage() && (by.Sees == nil || by.Sees.Has(sub.Change.Seq)) {
		page, err := h.store.Page(ctx, id.ID, sub.Change.Seq-1, sub.Change.Seq, 1, h.opts.PageBytes)
		if err != nil {
			return err
		}
		if len(page) > 0 {
			m = &page[0]
		}
	}
	if err := sub.Change.Authorize(&by, m); err != nil {
		return err
	}
	if sub.Change.Mentions != nil {
		m, err := s.checkMentions(ctx, &id, *sub.Change.Mentions)
		if err != nil {
			return err
		}
		sub.Change.Mentions = &m
	}
	sub.conv, sub.Conv, sub.Version, sub.Err = h.convOrNone(id), id.ID, version, nil
	return nil
}

func (s *Sender) changesGroup(ctx context.Context, gid chat.GroupID, by *chat.Changer) (chat.Conv, int64, error) {
	m, err := s.hub.store.Membership(ctx, gid, s.user.ID)
	if err != nil {
		return chat.Conv{}, 0, err
	}
	by.Role, by.Sees, by.Quiet = m.Role, windowsOf(&m), !m.MayPost()
	if m.Left {
		by.Barred = chat.E(wire.NotMember)
	}
	return m.Conv, m.Version, nil
}

// changesDirect makes no conversation: where nothing was said there is nothing to change.
func (s *Sender) changesDirect(ctx context.Context, to chat.UserID, by *chat.Changer) (chat.Conv, int64, error) {
	h := s.hub
	if to == s.user.ID {
		return chat.Conv{}, 0, chat.E(wire.NotYourself)
	}
	if c := h.pairConv(s.user.ID, to); c != nil {
		c.mu.Lock()
		open, version := c.open, c.version
		c.mu.Unlock()
		if open {
			return c.Conv, version, nil
		}
	}
	if _, _, err := h.store.FindDirect(ctx, s.user.ID, to); err != nil {
		return chat.Conv{}, 0, err
	}
	id, head, barred, err := h.store.OpenDirect(ctx, s.user.ID, to)
	if err != nil {
		return chat.Conv{}, 0, err
	}
	if barred != wire.OK {
		by.Barred = chat.E(barred)
	}
	return id, head.Version, nil
}

// mayStillChange is mayStillWrite for a change.
func (s *Sender) mayStillChange(ctx context.Context, sub *submission) error {
	c := sub.conv
	c.mu.Lock()
	c.open = false
	c.mu.Unlock()
	return s.authorize(ctx, sub, c.Group)
}

// madeBefore is before for a change.
func (s *Sender) madeBefore(ctx context.Context, o Outgoing) (*earlier, error) {
	rev, found, err := s.hub.store.FindChange(ctx, s.device, o.SendSeq)
	if err != nil || !found {
		return nil, err
	}
	return &earlier{
		outcome: Outcome{Kind: o.Kind, Tag: o.Tag, SendSeq: o.SendSeq, Change: true, Rev: rev},
		again: func() {
			if id, err := s.conversation(ctx, o); err == nil { // else they find it by comparing
				s.hub.tellRev(&id, 0, rev)
			}
		},
	}, nil
}

// repeatMade concludes a change whose number the device's row was already at.
func (s *Sender) repeatMade(sub *submission) {
	h := s.hub
	h.Metrics.Repeats.Add(1)
	rev, found, err := h.store.FindChange(h.ctx, s.device, sub.SendSeq)
	switch {
	case err != nil:
		s.concludeAlone(sub, chat.AsError(err))
	case !found:
		s.concludeAlone(sub, chat.E(wire.Passed))
	default:
		sub.Rev = rev
		h.tellRev(&sub.conv.Conv, 0, rev)
		s.concludeAlone(sub, nil)
	}
}

// revs are what is to be told of the changes of a batch: of each conversation the last one.
type revs []revOf

type revOf struct {
	conv         chat.Conv
	version, rev int64
}

func (r revs) add(sub *submission) revs {
	if sub.Same {
		return r
	}
	sub.sender.hub.Metrics.Changes.Add(1)
	version := sub.Version
	if sub.Change.Anyway {
		version = 0 // nobody has checked it
	}
	for i := range r {
		if r[i].conv.ID == sub.Conv {
			r[i].rev, r[i].version = max(r[i].rev, sub.Rev), max(r[i].version, version)
			return r
		}
	}
	return append(r, revOf{sub.conv.Conv, version, sub.Rev})
}
