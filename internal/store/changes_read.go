package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlStatesAfter = sqldb.Register(sqldb.ForReading, "SELECT "+stateColumns+`
  FROM message_states WHERE conversation_id = ? AND rev > ? ORDER BY rev LIMIT ?`)
	sqlStatesOf = sqldb.Register(sqldb.ForReading, "SELECT "+stateColumns+`
  FROM message_states WHERE conversation_id = ? AND seq > ? AND seq <= ? ORDER BY seq`)
	sqlPinnedStates = sqldb.Register(sqldb.ForReading, "SELECT "+stateColumns+`
  FROM message_states WHERE conversation_id = ? AND pinned_at > 0 ORDER BY seq`)
	// All emoji of those whose reactions moved, those that are gone too: theirs may be none.
	sqlReacted = sqldb.Register(sqldb.ForReading, `
SELECT r.seq, r.user_id, r.emoji, r.gone
  FROM (SELECT DISTINCT seq, user_id FROM reactions WHERE conversation_id = ? AND rev > ?) m
  JOIN reactions r ON r.conversation_id = ? AND r.seq = m.seq AND r.user_id = m.user_id
 ORDER BY r.seq, r.user_id, r.rev`)
	sqlReactedTo = sqldb.Register(sqldb.ForReading, `
SELECT seq, user_id, emoji, gone FROM reactions
 WHERE conversation_id = ? AND seq > ? AND seq <= ? AND gone = 0 ORDER BY seq, user_id, rev`)
	sqlMine = sqldb.Register(sqldb.ForReading, `
SELECT seq, emoji FROM reactions
 WHERE conversation_id = ? AND user_id = ? AND gone = 0 AND seq IN {ids} ORDER BY seq, rev`)
	sqlDeviceChange = sqldb.Register(sqldb.ForReading, `
SELECT rev FROM device_changes WHERE device_id = ? AND slot = ? AND send_seq = ?`)
)

// States implements chat.MessageStates.
func (s *Store) States(ctx context.Context, conv chat.ConvID, after int64, limit int) ([]chat.State, error) {
	return s.states(ctx, sqlStatesAfter, conv, after, limit)
}

// StatesOf implements chat.MessageStates.
func (s *Store) StatesOf(ctx context.Context, conv chat.ConvID, after, upTo int64) ([]chat.State, error) {
	return s.states(ctx, sqlStatesOf, conv, after, upTo)
}

// Pinned implements chat.MessageStates.
func (s *Store) Pinned(ctx context.Context, conv chat.ConvID) ([]chat.State, error) {
	return s.states(ctx, sqlPinnedStates, conv)
}

func (s *Store) states(ctx context.Context, id sqldb.Statement, args ...any) ([]chat.State, error) {
	var list []chat.State
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(id, func(r sqldb.Row) bool {
			var row stateRow
			row.read(r)
			list = append(list, row.state())
			return true
		}, args...)
	})
	return list, err
}

// Reacted implements chat.MessageStates.
func (s *Store) Reacted(ctx context.Context, conv chat.ConvID, after int64) ([]chat.Reacted, error) {
	return s.reacted(ctx, sqlReacted, conv, after, conv)
}

// ReactedTo implements chat.MessageStates.
func (s *Store) ReactedTo(ctx context.Context, conv chat.ConvID, after, upTo int64) ([]chat.Reacted, error) {
	return s.reacted(ctx, sqlReactedTo, conv, after, upTo)
}

func (s *Store) reacted(ctx context.Context, id sqldb.Statement, args ...any) ([]chat.Reacted, error) {
	var list []chat.Reacted
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(id, func(r sqldb.Row) bool {
			seq, user := r.Num(0), chat.UserID(r.Num(1))
			if n := len(list); n == 0 || list[n-1].Seq != seq || list[n-1].User != user {
				list = append(list, chat.Reacted{User: user, Seq: seq})
			}
			if last := &list[len(list)-1]; !r.Yes(3) {
				last.Emoji = append(last.Emoji, r.Text(2))
			}
			return true
		}, args...)
	})
	return list, err
}

// Mine implements chat.MessageStates.
func (s *Store) Mine(ctx context.Context, conv chat.ConvID, seqs []int64, user chat.UserID) (map[int64][]string, error) {
	mine := map[int64][]string{}
	if len(seqs) == 0 {
		return mine, nil
	}
	err := s.read(ctx, func(l *sqldb.Link) error {
		clear(mine)
		return l.Query(sqlMine, func(r sqldb.Row) bool {
			mine[r.Num(0)] = append(mine[r.Num(0)], r.Text(1))
			return true
		}, conv, user, idList(seqs))
	})
	return mine, err
}

// FindChange implements chat.MessageStates.
func (s *Store) FindChange(ctx context.Context, device chat.DeviceID, sendSeq int64) (rev int64, found bool, err error) {
	if sendSeq <= 0 {
		return 0, false, nil
	}
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlDeviceChange, device, sendSeq%wire.ChangesKept, sendSeq)
		if found = r != nil; found {
			rev = r.Num(0)
		}
		return err
	})
	return rev, found, err
}

// lastState reads what was done to the last message of a list's row.
func lastState(l *sqldb.Link, c *chat.ConvRow) (last *chat.State, err error) {
	if c.LastRev == 0 {
		return nil, nil
	}
	err = l.Query(sqlStatesOf, func(r sqldb.Row) bool {
		var row stateRow
		row.read(r)
		state := row.state()
		last = &state
		return true
	}, c.Conv.ID, c.Last.Seq-1, c.Last.Seq)
	return last, err
}
