package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
)

// mentions reports whether a message mentions a user now, and is somebody else's.
func (c *conv) mentions(seq int64, u chat.UserID) bool {
	m := &c.log[seq-1]
	e := m.Extra.Extra().Present(c.states[seq])
	return e != nil && m.Sender != u && (e.Mentions.All || slices.Contains(e.Mentions.Users, u))
}

// everIn reports whether a user is, or ever was, in a conversation.
func (c *conv) everIn(u chat.UserID) bool {
	if c.group == nil {
		return c.Lo == u || c.Hi == u
	}
	return c.group.members[u] != nil
}

// Mentions implements chat.MentionLists.
func (s *Store) Mentions(ctx context.Context, u chat.UserID, after chat.Mentioned, limit int) (all []chat.Mentioned, err error) {
	err = s.read(ctx, func(d *Database) error {
		for _, c := range d.convs {
			if !c.everIn(u) {
				continue
			}
			for seq := int64(1); seq <= c.last(); seq++ {
				m := chat.Mentioned{Conv: c.Conv, Seq: seq, At: c.log[seq-1].SentAt}
				if c.mentions(seq, u) && (after == chat.Mentioned{} || after.Compare(m) < 0) {
					all = append(all, m)
				}
			}
		}
		return nil
	})
	slices.SortFunc(all, chat.Mentioned.Compare)
	return all[:min(limit, len(all))], err
}

// MentionsIn implements chat.MentionLists.
func (s *Store) MentionsIn(ctx context.Context, u chat.UserID, id chat.ConvID, before int64, limit int) (all []chat.Mentioned, err error) {
	err = s.readConv(ctx, id, func(c *conv) {
		for seq := min(before-1, c.last()); seq > 0 && len(all) < limit; seq-- {
			if c.mentions(seq, u) {
				all = append(all, chat.Mentioned{Conv: c.Conv, Seq: seq, At: c.log[seq-1].SentAt})
			}
		}
	})
	return all, err
}
