package history

import (
	"database/sql"
	"fmt"

	"parley/client"
)

// Queue implements client.Store.
func (s *Store) Queue(q client.Queued) (id int64, err error) {
	var ch client.Change
	if q.Change != nil {
		ch = *q.Change
		q.Text = ch.Text
	}
	extra, err := packExtra(&q.Extra)
	if ch.Mentions != nil {
		extra, err = pack(ch.Mentions)
	}
	if err != nil {
		return 0, err
	}
	r, err := s.db.Exec("INSERT INTO outbox (peer, gid, body, send_seq, op, seq, emoji, extra) VALUES (?, ?, ?, 0, ?, ?, ?, ?)",
		q.To.With, q.To.GID, q.Text, ch.Op, ch.Seq, ch.Emoji, extra)
	if err != nil {
		return 0, explain(err)
	}
	return r.LastInsertId()
}

// Number implements client.Store.
func (s *Store) Number(ids []int64, first int64) error {
	return explain(s.write(func(tx *sql.Tx) error {
		for i, id := range ids {
			r, err := tx.Exec("UPDATE outbox SET send_seq = ? WHERE id = ?", first+int64(i), id)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			if n != 1 {
				return fmt.Errorf("message %d is not in the outbox", id)
			}
		}
		return setMeta(tx, "send_next", first+int64(len(ids)), "")
	}))
}

func setMeta(tx *sql.Tx, key string, number int64, text string) error {
	_, err := tx.Exec(`INSERT INTO meta (key, number, text) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET number = excluded.number, text = excluded.text`, key, number, text)
	return err
}
