package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

const settingsColumns = "no, level, mute_until, pinned, hidden_seq, draft"

var (
	sqlSettings = sqldb.Register(sqldb.ForReading, "SELECT "+settingsColumns+`
  FROM conversation_settings WHERE user_id = ? AND conversation_id = ?`)
	sqlSettingsOf = sqldb.Register(sqldb.ForReading, "SELECT "+settingsColumns+`, conversation_id
  FROM conversation_settings WHERE user_id = ? AND conversation_id IN {ids}`)
	sqlInsertSettings = sqldb.Register(sqldb.ForWriting, `
INSERT INTO conversation_settings (no, level, mute_until, pinned, hidden_seq, draft, user_id, conversation_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdateSettings = sqldb.Register(sqldb.ForWriting, `
UPDATE conversation_settings SET no = ?, level = ?, mute_until = ?, pinned = ?, hidden_seq = ?, draft = ?
 WHERE user_id = ? AND conversation_id = ?`)
	sqlConversation = sqldb.Register(sqldb.ForReading, "SELECT "+standingColumns+`
  FROM conversations WHERE id = ?`)
	sqlAllSettingsOf = sqldb.Register(sqldb.ForReading, `
SELECT conversation_id FROM conversation_settings WHERE user_id = ? LIMIT ?`)
	sqlDropSettings = sqldb.Register(sqldb.ForWriting, `
DELETE FROM conversation_settings WHERE user_id = ? AND conversation_id = ?`)
)

// settingsRow is a row of conversation_settings. There is one once something was set.
type settingsRow struct {
	UserID         int64  `db:"user_id"`
	ConversationID int64  `db:"conversation_id"`
	No             int64  `db:"no"`         // of the last change, in the user's journal
	Level          int64  `db:"level"`      // chat.Level
	MuteUntil      int64  `db:"mute_until"` // 0: not muted
	Pinned         int64  `db:"pinned"`
	HiddenSeq      int64  `db:"hidden_seq"` // chat.InSight: not hidden
	Draft          string `db:"draft"`
}

// readSettings takes settingsColumns.
func readSettings(r sqldb.Row) chat.ConvSettings {
	s := chat.ConvSettings{
		No: r.Num(0), Level: chat.Level(r.Num(1)), Pinned: r.Yes(3), HiddenSeq: r.Num(4), Draft: r.Text(5), //nolint:gosec // 0 to 2
	}
	if at := r.Num(2); at != 0 {
		s.MuteUntil = time.UnixMilli(at).UTC()
	}
	return s
}

// settled are settings and whether there is a row of them.
type settled struct {
	chat.ConvSettings
	stored bool
	moved  bool
}

func findSettings(l *sqldb.Link, user chat.UserID, conv chat.ConvID) (settled, error) {
	r, err := l.One(sqlSettings, user, conv)
	if err != nil || r == nil {
		return settled{ConvSettings: chat.NoSettings}, err
	}
	return settled{ConvSettings: readSettings(r), stored: true}, nil
}

// SaveSettings implements chat.Settings. The journal's entry locks the user's row: so of two that
// change the settings of one user at the same time, one reads what the other has written.
func (s *Store) SaveSettings(ctx context.Context, user chat.UserID, conv chat.ConvID, c chat.SettingsChange) (chat.ConvSettings, bool, error) {
	now, err := write(ctx, s, apart, func(tx *transaction) (settled, error) {
		r, err := tx.One(sqlUserJournal, user)
		if err != nil {
			return settled{}, err
		}
		if r == nil {
			return settled{}, chat.E(wire.NoSuchUser)
		}
		now, err := findSettings(tx.Link, user, conv)
		if err != nil {
			return settled{}, err
		}
		was := now.ConvSettings
		c.Apply(&now.ConvSettings)
		if now.Equal(&was) {
			return now, nil
		}
		now.moved = true
		now.No, err = tx.tellUser(user, noticeRow{What: chat.HasSet, SubjectID: int64(user), OwnerID: int64(user), Number: int64(conv)})
		if err != nil {
			return settled{}, err
		}
		err = tx.putSettings(user, conv, &now)
		return now, err
	})
	return now.ConvSettings, now.moved, err
}

func (tx *transaction) putSettings(user chat.UserID, conv chat.ConvID, s *settled) error {
	id := sqlInsertSettings
	if s.stored {
		id = sqlUpdateSettings
	}
	until := int64(0)
	if !s.MuteUntil.IsZero() {
		until = s.MuteUntil.UnixMilli()
	}
	pinned := int64(0)
	if s.Pinned {
		pinned = 1
	}
	_, err := tx.Exec(id, s.No, int64(s.Level), until, pinned, s.HiddenSeq, s.Draft, user, conv)
	return err
}

// SettingsOf implements chat.Settings.
func (s *Store) SettingsOf(ctx context.Context, user chat.UserID, conv chat.ConvID) (chat.Conv, chat.ConvSettings, error) {
	var c conversationRow
	var now settled
	err := s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlConversation, conv)
		if err != nil {
			return err
		}
		if r == nil {
			return chat.E(wire.NoConversation)
		}
		c.readStanding(r)
		now, err = findSettings(l, user, conv)
		return err
	})
	return c.conv(), now.ConvSettings, err
}

// settingsOfPage reads what a user has set for the conversations of a page, one query for all.
func settingsOfPage(l *sqldb.Link, rows []chat.ConvRow, user chat.UserID) error {
	ids, at := make([]chat.ConvID, len(rows)), make(map[chat.ConvID]*chat.ConvRow, len(rows))
	for i := range rows {
		rows[i].Settings = chat.NoSettings
		ids[i], at[rows[i].Conv.ID] = rows[i].Conv.ID, &rows[i]
	}
	if len(ids) == 0 {
		return nil
	}
	return l.Query(sqlSettingsOf, func(r sqldb.Row) bool {
		at[chat.ConvID(r.Num(6))].Settings = readSettings(r)
		return true
	}, user, idList(ids))
}

// DropSettings implements chat.Erasures.
func (s *Store) DropSettings(ctx context.Context, user chat.UserID, limit int) (int, error) {
	var all []int64
	err := s.read(ctx, func(l *sqldb.Link) error {
		all = nil
		return l.Query(sqlAllSettingsOf, func(r sqldb.Row) bool {
			all = append(all, r.Num(0))
			return true
		}, user, limit)
	})
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return write(ctx, s, apart, func(tx *transaction) (int, error) {
		for _, conv := range all {
			if _, err := tx.Exec(sqlDropSettings, user, conv); err != nil {
				return 0, err
			}
		}
		return len(all), nil
	})
}
