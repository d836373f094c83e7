package memstore

import (
	"context"
	"time"

	"parley/internal/chat"
)

// HandOver implements chat.Revocations.
func (s *Store) HandOver(ctx context.Context, u chat.UserID, after chat.GroupID, limit int) (list []chat.Succession, last chat.GroupID, err error) {
	list, err = write(ctx, s, func(tx *transaction) (list []chat.Succession, err error) {
		list, last = tx.handOver(u, after, limit)
		return list, nil
	})
	return list, last, err
}

func (tx *transaction) handOver(u chat.UserID, after chat.GroupID, limit int) (list []chat.Succession, last chat.GroupID) {
	looked := 0
	for _, g := range tx.groupsOf(u) {
		if _, open := tx.creator(g); open || g.id <= after {
			continue
		}
		if next := tx.succeed(g, u); next != nil {
			list = append(list, *next)
		}
		if looked++; looked == limit {
			return list, g.id
		}
	}
	return list, 0
}

// creator returns who looks after a group, and whether that account is open.
func (tx *transaction) creator(g *group) (who *member, open bool) {
	for u, m := range g.members {
		if m.role == chat.Creator && !m.left {
			return m, !tx.user(u).disabled
		}
	}
	return nil, false
}

// succeed returns a group a creator, if it has none whose account is open and there is
// somebody who can be.
func (tx *transaction) succeed(g *group, by chat.UserID) *chat.Succession {
	was, open := tx.creator(g)
	if open {
		return nil
	}
	heir := tx.promote(g)
	if heir == nil {
		return nil
	}
	if was != nil {
		was.role = chat.Normal
	}
	no := g.conv.tell(chat.JournalEntry{What: chat.CreatorChanged, User: heir.ID, Owner: by})
	return &chat.Succession{Conv: g.conv.Conv, GroupName: g.name, NewCreator: *heir, No: no}
}

func (tx *transaction) raiseDirect(u *user) {
	for _, c := range u.convs {
		if c.group == nil {
			c.version++
			c.changed = time.Now()
		}
	}
}
