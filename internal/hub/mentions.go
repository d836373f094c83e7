package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

// checkExtra returns what the sender may put beside a text in a conversation, nil for nothing: they
// see the message that they answer, and whoever is mentioned is in the conversation. The others are
// left out. What was read is good as of the version that the message is checked at: who leaves moves it.
//
// Errors: BadField, NoSuchMessage, OlderNode, and the store's.
func (s *Sender) checkExtra(ctx context.Context, c *chat.Conv, e *chat.Extra) (*chat.Extra, error) {
	e, err := chat.CheckExtra(e)
	if err != nil || e == nil {
		return nil, err
	}
	if err := chat.AllKeepExtra(ctx, s.hub.store); err != nil {
		return nil, err
	}
	sees, m, err := s.whoIsIn(ctx, c, e.Mentions)
	if err != nil {
		return nil, err
	}
	if e.ReplyTo != 0 && !sees.Has(e.ReplyTo) {
		return nil, chat.Errorf(wire.NoSuchMessage, "the message that you answer is not there, or you may not see it: check `reply_to`")
	}
	return chat.CheckExtra(&chat.Extra{ReplyTo: e.ReplyTo, Mentions: m})
}

// checkMentions is checkExtra for an edit.
func (s *Sender) checkMentions(ctx context.Context, c *chat.Conv, m chat.Mentions) (chat.Mentions, error) {
	if err := chat.AllKeepExtra(ctx, s.hub.store); err != nil {
		return chat.Mentions{}, err
	}
	_, m, err := s.whoIsIn(ctx, c, m)
	return m, err
}

// whoIsIn returns the mentions of those who are in a conversation now, and what the sender may see of
// it; nil is all.
func (s *Sender) whoIsIn(ctx context.Context, c *chat.Conv, m chat.Mentions) (sees chat.Windows, in chat.Mentions, err error) {
	if c.Kind == chat.Direct {
		return nil, m.Only(func(u chat.UserID) bool { return u == c.Lo || u == c.Hi }), nil
	}
	_, members, err := s.hub.store.Memberships(ctx, c.ID, append([]chat.UserID{s.user.ID}, m.Users...))
	if err != nil {
		return nil, chat.Mentions{}, err
	}
	sees = chat.Windows{}
	present := make(map[chat.UserID]bool, len(members))
	for i := range members {
		present[members[i].User] = !members[i].Left
		if members[i].User == s.user.ID {
			sees = windowsOf(&members[i])
		}
	}
	return sees, m.Only(func(u chat.UserID) bool { return present[u] }), nil
}
