package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	// Of which conversations positions are told at all.
	sqlTold = sqldb.Register(sqldb.ForReading, `
SELECT c.id, c.kind, c.user_lo, c.user_hi, c.group_id, c.version
  FROM conversations c LEFT JOIN chat_groups g ON g.id = c.group_id
 WHERE c.id IN {ids}
   AND (c.kind = 2 AND g.member_count <= ?
        OR c.kind = 1 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_lo AND b.other_id = c.user_hi)
           AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = c.user_hi AND b.other_id = c.user_lo)
           AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_lo AND u.hide_receipts <> 0)
           AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = c.user_hi AND u.hide_receipts <> 0))`)
	sqlPositions = sqldb.Register(sqldb.ForReading, `
SELECT k.conversation_id, k.user_id, `+furthest+`, `+reached+`
  FROM cursors k WHERE k.conversation_id IN {ids} GROUP BY k.conversation_id, k.user_id ORDER BY k.conversation_id, k.user_id`)
	// Members of whom nothing is told: who has left, and who hides it.
	sqlUntold = sqldb.Register(sqldb.ForReading, `
SELECT m.group_id, m.user_id, CASE WHEN m.left_seq IS NULL THEN 0 ELSE 1 END
  FROM members m JOIN users u ON u.id = m.user_id
 WHERE m.group_id IN {ids} AND (m.left_seq IS NOT NULL OR u.hide_receipts <> 0) ORDER BY m.group_id, m.user_id`)
	sqlAudience = sqldb.Register(sqldb.ForReading, `
SELECT b.other_id FROM blocks b JOIN members m ON m.group_id = ? AND m.user_id = b.other_id WHERE b.user_id = ?
UNION
SELECT m.user_id FROM members m JOIN blocks b ON b.user_id = m.user_id AND b.other_id = ? WHERE m.group_id = ?`)
)

// Positions implements chat.Receipts.
func (s *Store) Positions(ctx context.Context, convs []chat.ConvID) (list []chat.ConvPositions, err error) {
	if len(convs) == 0 {
		return nil, nil
	}
	err = s.readOnce(ctx, func(l *sqldb.Link) error {
		list, err = positionsOf(l, convs)
		return err
	})
	return list, err
}

func positionsOf(l *sqldb.Link, convs []chat.ConvID) (list []chat.ConvPositions, err error) {
	err = l.Query(sqlTold, func(r sqldb.Row) bool {
		c := conversationRow{ID: r.Num(0), Kind: r.Num(1), UserLo: r.Num(2), UserHi: r.Num(3), GroupID: r.Num(4)}
		list = append(list, chat.ConvPositions{Conv: c.conv(), Version: r.Num(5)})
		return true
	}, idList(convs), wire.MaxTold)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids, at := make([]chat.ConvID, len(list)), make(map[chat.ConvID]*chat.ConvPositions, len(list))
	var groups []chat.GroupID
	of := map[chat.GroupID]*chat.ConvPositions{}
	for i := range list {
		p := &list[i]
		ids[i], at[p.Conv.ID] = p.Conv.ID, p
		if p.Conv.Kind == chat.Group {
			groups, of[p.Conv.Group] = append(groups, p.Conv.Group), p
		}
	}
	out := map[memberKey]bool{}
	if len(groups) > 0 {
		err = l.Query(sqlUntold, func(r sqldb.Row) bool {
			g, u := chat.GroupID(r.Num(0)), chat.UserID(r.Num(1))
			out[memberKey{of[g].Conv.ID, u}] = true
			if !r.Yes(2) {
				of[g].Hiding = append(of[g].Hiding, u)
			}
			return true
		}, idList(groups))
		if err != nil {
			return nil, err
		}
	}
	return list, l.Query(sqlPositions, func(r sqldb.Row) bool {
		k := memberKey{chat.ConvID(r.Num(0)), chat.UserID(r.Num(1))}
		if !out[k] {
			mark := chat.Mark{Received: r.Num(2), Read: r.Num(3)}
			at[k.conv].Marks = append(at[k.conv].Marks, chat.UserPosition{User: k.user, Mark: mark})
		}
		return true
	}, idList(ids))
}

// memberKey is a user in a conversation.
type memberKey struct {
	conv chat.ConvID
	user chat.UserID
}

// othersOfPage reads how far the other users of the direct conversations of a page have come.
func othersOfPage(l *sqldb.Link, rows []chat.ConvRow, user chat.UserID) error {
	var ids []chat.ConvID
	at := map[chat.ConvID]*chat.ConvRow{}
	for i := range rows {
		if c := &rows[i].Conv; c.Kind == chat.Direct {
			ids, at[c.ID] = append(ids, c.ID), &rows[i]
		}
	}
	if len(ids) == 0 {
		return nil
	}
	list, err := positionsOf(l, ids)
	for i := range list {
		for _, m := range list[i].Marks {
			if m.User != user {
				at[list[i].Conv.ID].Other = m.Mark
			}
		}
	}
	return err
}

// Audience implements chat.Receipts.
func (s *Store) Audience(ctx context.Context, gid chat.GroupID, user chat.UserID) (a chat.Audience, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		a = chat.Audience{}
		r, err := l.One(sqlGroup, gid)
		if err != nil {
			return err
		}
		if r == nil {
			return chat.E(wire.NoSuchGroup)
		}
		a.Members = r.Num(4)
		if a.Members > wire.MaxTyping {
			return nil // nobody is told
		}
		return l.Query(sqlAudience, func(r sqldb.Row) bool {
			a.Blocked = append(a.Blocked, chat.UserID(r.Num(0)))
			return true
		}, gid, user, user, gid)
	})
	return a, err
}
