package memstore

import (
	"context"
	"fmt"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// HandOver implements chat.Users.
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

// creator gives who looks after a group, and whether that account is open.
func (tx *transaction) creator(g *group) (who *member, open bool) {
	for u, m := range g.members {
		if m.role == chat.Creator && !m.left {
			return m, !tx.user(u).disabled
		}
	}
	return nil, false
}

// succeed gives a group a creator, if it has none whose account is open and there is
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

// EraseAccount implements chat.Users.
func (s *Store) EraseAccount(ctx context.Context, id chat.UserID, freeName bool) error {
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		u := tx.user(id)
		switch {
		case u == nil:
			return struct{}{}, chat.E(wire.NoSuchUser)
		case !u.disabled:
			return struct{}{}, chat.E(wire.BadField)
		}
		u.Name, u.hash, u.erased, u.changed = chat.DeletedName, "", true, time.Now()
		if freeName {
			delete(tx.keys, u.key)
			u.key = fmt.Sprintf("\x01erased %d", id)
			tx.keys[u.key] = u
		}
		for _, i := range tx.invites {
			if i.LastUser == id && i.Name != "" {
				i.Name, i.Note = chat.DeletedName, ""
			}
		}
		for _, v := range u.devices {
			v.label, v.address = "", ""
		}
		for pair := range tx.blocks {
			if pair[0] == id {
				delete(tx.blocks, pair)
			}
		}
		return struct{}{}, nil
	})
	return err
}
