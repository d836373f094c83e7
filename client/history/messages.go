package history

import (
	"database/sql"
	"errors"
	"slices"
	"time"

	"parley/client"
)

// Save implements client.Store.
func (s *Store) Save(b client.Batch) error {
	return explain(s.write(func(tx *sql.Tx) error {
		if b.Self != (client.User{}) {
			if err := setMeta(tx, "self", b.Self.ID, b.Self.Name); err != nil {
				return err
			}
		}
		if b.Log != "" {
			if err := saveLog(tx, b.Log); err != nil {
				return err
			}
		}
		for _, step := range []func(*sql.Tx, *client.Batch) error{saveSettled, saveLeft, s.saveMessages, saveShown, saveNames, s.saveStates, saveRevs} {
			if err := step(tx, &b); err != nil {
				return err
			}
		}
		return nil
	}))
}

// saveLog forgets what is kept of another log.
func saveLog(tx *sql.Tx, log string) error {
	var was string
	err := tx.QueryRow("SELECT text FROM meta WHERE key = 'log'").Scan(&was)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if was != "" && was != log {
		for _, query := range []string{
			"DELETE FROM messages", "DELETE FROM states", "UPDATE conversations SET position = 0, first = 0, rev = NULL",
		} {
			if _, err := tx.Exec(query); err != nil {
				return err
			}
		}
	}
	return setMeta(tx, "log", 0, log)
}

func saveSettled(tx *sql.Tx, b *client.Batch) error {
	for _, id := range b.Settled {
		if _, err := tx.Exec("DELETE FROM outbox WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

func saveLeft(tx *sql.Tx, b *client.Batch) error {
	for _, v := range b.Reset {
		for _, query := range []string{
			"DELETE FROM messages WHERE peer = ? AND gid = ?",
			"DELETE FROM states WHERE peer = ? AND gid = ?",
			"UPDATE conversations SET position = 0, first = 0, rev = NULL WHERE peer = ? AND gid = ?",
		} {
			if _, err := tx.Exec(query, v.With, v.GID); err != nil {
				return err
			}
		}
	}
	for _, v := range b.Left {
		if _, err := tx.Exec("UPDATE conversations SET position = 0 WHERE peer = ? AND gid = ?", v.With, v.GID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) saveMessages(tx *sql.Tx, b *client.Batch) error {
	if s.o.NoMessages || len(b.Shown)+len(b.Fetched) == 0 {
		return nil
	}
	insert, err := tx.Prepare(`INSERT INTO messages (peer, gid, seq, sender, name, body, at, mine, device, send_seq, extra)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	defer insert.Close()
	kept := map[client.Conversation]struct{}{}
	for _, messages := range [][]*client.Message{b.Shown, b.Fetched} {
		for _, m := range messages {
			kept[m.Conversation] = struct{}{}
			extra, err := packExtra(&m.Extra)
			if err != nil {
				return err
			}
			_, err = insert.Exec(m.Conversation.With, m.Conversation.GID, m.Seq, m.SenderID, m.SenderName, m.Text,
				m.Time.UnixMilli(), m.Mine, m.Device, m.SendSeq, extra)
			if err != nil {
				return err
			}
		}
	}
	for v := range kept {
		_, err := tx.Exec(`INSERT INTO conversations (peer, gid, rev) VALUES (?, ?, 0)
			ON CONFLICT (peer, gid) DO UPDATE SET rev = 0 WHERE rev IS NULL`, v.With, v.GID)
		if err != nil {
			return err
		}
	}
	return nil
}

// saveShown moves the positions and notes who was met.
func saveShown(tx *sql.Tx, b *client.Batch) error {
	last := map[client.Conversation]int64{}
	for _, m := range b.Shown {
		last[m.Conversation] = m.Seq
		if !m.Mine && m.Conversation.With != 0 && m.SenderName != "" {
			b.Names = append(b.Names[:len(b.Names):len(b.Names)], client.Named{Conversation: m.Conversation, Name: m.SenderName})
		}
	}
	for v, seq := range last {
		_, err := tx.Exec(`INSERT INTO conversations (peer, gid, position, rev) VALUES (?, ?, ?, 0)
			ON CONFLICT (peer, gid) DO UPDATE SET position = excluded.position, rev = COALESCE(rev, 0)`, v.With, v.GID, seq)
		if err != nil {
			return err
		}
	}
	for _, p := range b.First {
		_, err := tx.Exec(`INSERT INTO conversations (peer, gid, first) VALUES (?, ?, ?)
			ON CONFLICT (peer, gid) DO UPDATE SET first = excluded.first`, p.Conversation.With, p.Conversation.GID, p.Seq)
		if err != nil {
			return err
		}
	}
	return nil
}

func saveNames(tx *sql.Tx, b *client.Batch) error {
	names := map[client.Conversation]string{}
	for _, n := range b.Names {
		names[n.Conversation] = n.Name
	}
	for v, name := range names {
		_, err := tx.Exec(`INSERT INTO conversations (peer, gid, name) VALUES (?, ?, ?)
			ON CONFLICT (peer, gid) DO UPDATE SET name = excluded.name WHERE name <> excluded.name`, v.With, v.GID, name)
		if err != nil {
			return err
		}
	}
	return nil
}

// present is a message as it is now.
const present = `SELECT m.peer, m.gid, m.seq, m.sender, m.name,
	CASE WHEN s.recalled_by IS NOT NULL THEN '' WHEN s.edited IS NOT NULL THEN s.body ELSE m.body END,
	m.at, m.mine, m.device, m.send_seq,
	COALESCE(s.rev, 0), s.edited, s.recalled_by, COALESCE(s.reactions, ''), COALESCE(s.mine, ''), COALESCE(s.pinned, 0), s.mentions, m.extra
	FROM messages m LEFT JOIN states s ON s.peer = m.peer AND s.gid = m.gid AND s.seq = m.seq`

// Messages implements client.Store.
func (s *Store) Messages(of client.Conversation, before int64, limit int) (messages []*client.Message, first int64, err error) {
	if before == 0 {
		before = 1 << 62
	}
	messages, err = s.newestFirst(present+" WHERE m.peer = ? AND m.gid = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?",
		of.With, of.GID, before, limit)
	if err != nil {
		return nil, 0, explain(err)
	}
	err = s.each(func(rows *sql.Rows) error { return rows.Scan(&first) },
		"SELECT first FROM conversations WHERE peer = ? AND gid = ?", of.With, of.GID)
	return messages, first, explain(err)
}

// Newest returns the last messages kept of all conversations together, oldest first.
func (s *Store) Newest(limit int) ([]*client.Message, error) {
	messages, err := s.newestFirst(present+" ORDER BY m.at DESC, m.seq DESC LIMIT ?", limit)
	return messages, explain(err)
}

// newestFirst runs a query that gives the newest messages first, and turns them around.
func (s *Store) newestFirst(query string, args ...any) ([]*client.Message, error) {
	var messages []*client.Message
	err := s.each(func(rows *sql.Rows) error {
		m := &client.Message{}
		var at int64
		var state stateRow
		var extra string
		err := rows.Scan(&m.Conversation.With, &m.Conversation.GID, &m.Seq, &m.SenderID, &m.SenderName, &m.Text, &at, &m.Mine, &m.Device, &m.SendSeq,
			&state.rev, &state.edited, &state.recalledBy, &state.reactions, &state.mine, &state.pinned, &state.mentions, &extra)
		m.Time = time.UnixMilli(at).UTC()
		messages = append(messages, m)
		if err == nil && state.rev > 0 {
			m.State, err = state.read()
		}
		if err == nil {
			m.Extra, err = presentExtra(extra, &m.State)
		}
		return err
	}, query, args...)
	slices.Reverse(messages)
	return messages, err
}
