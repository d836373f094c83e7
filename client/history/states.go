package history

import (
	"database/sql"
	"encoding/json"
	"time"

	"parley/client"
)

// stateRow is a row of the table of states.
type stateRow struct {
	rev                int64
	edited, recalledBy sql.NullInt64 // edited in milliseconds; NULL: it is not
	reactions, mine    string        // JSON, "" for none
	pinned             bool
	mentions           sql.NullString // JSON; NULL: as the message was sent
}

func (r *stateRow) read() (client.State, error) {
	state := client.State{Rev: r.rev, Pinned: r.pinned, Recalled: r.recalledBy.Valid, RecalledBy: r.recalledBy.Int64}
	if r.edited.Valid {
		state.Edited = time.UnixMilli(r.edited.Int64).UTC()
	}
	if r.reactions != "" {
		if err := json.Unmarshal([]byte(r.reactions), &state.Reactions); err != nil {
			return state, err
		}
	}
	if r.mentions.Valid {
		state.Mentions = &client.Mentions{}
		if err := json.Unmarshal([]byte(r.mentions.String), state.Mentions); err != nil {
			return state, err
		}
	}
	if r.mine != "" {
		return state, json.Unmarshal([]byte(r.mine), &state.Mine)
	}
	return state, nil
}

// saveStates keeps states that are newer than what is kept, those of messages among them. Of a
// message that was recalled no text stays, in whatever order message and state came.
func (s *Store) saveStates(tx *sql.Tx, b *client.Batch) error {
	if s.o.NoMessages {
		return nil
	}
	for i := range b.States {
		if err := saveState(tx, &b.States[i]); err != nil {
			return err
		}
	}
	for _, messages := range [][]*client.Message{b.Shown, b.Fetched} {
		for _, m := range messages {
			if m.State.Rev == 0 {
				continue
			}
			if err := saveState(tx, &client.Changed{Conversation: m.Conversation, Seq: m.Seq, Text: m.Text, State: m.State}); err != nil {
				return err
			}
		}
	}
	return s.blank(tx, b)
}

func saveState(tx *sql.Tx, e *client.Changed) error {
	var edited, recalledBy sql.NullInt64
	text := ""
	switch state := &e.State; {
	case state.Recalled:
		recalledBy = sql.NullInt64{Int64: state.RecalledBy, Valid: true}
	case !state.Edited.IsZero():
		edited, text = sql.NullInt64{Int64: state.Edited.UnixMilli(), Valid: true}, e.Text
	}
	reactions, err := list(e.State.Reactions)
	if err != nil {
		return err
	}
	mine, err := list(e.State.Mine)
	if err != nil {
		return err
	}
	var mentions sql.NullString
	if e.State.Mentions != nil {
		mentions.Valid = true
		if mentions.String, err = pack(e.State.Mentions); err != nil {
			return err
		}
	}
	_, err = tx.Exec(`INSERT INTO states (peer, gid, seq, rev, edited, body, recalled_by, reactions, mine, pinned, mentions)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (peer, gid, seq) DO UPDATE SET
			rev = excluded.rev, edited = excluded.edited, body = excluded.body, recalled_by = excluded.recalled_by,
			reactions = excluded.reactions, mine = CASE WHEN ? THEN mine ELSE excluded.mine END, pinned = excluded.pinned, mentions = excluded.mentions
		WHERE excluded.rev > rev`,
		e.Conversation.With, e.Conversation.GID, e.Seq, e.State.Rev, edited, text, recalledBy, reactions, mine, e.State.Pinned, mentions,
		e.MineUnchanged && !e.State.Recalled)
	return err
}

// blank takes the texts off the messages of a batch that were recalled.
func (s *Store) blank(tx *sql.Tx, b *client.Batch) error {
	touched := map[client.Conversation][2]int64{}
	touch := func(v client.Conversation, seq int64) {
		span, there := touched[v]
		if !there {
			span = [2]int64{seq, seq}
		}
		touched[v] = [2]int64{min(span[0], seq), max(span[1], seq)}
	}
	for i := range b.States {
		touch(b.States[i].Conversation, b.States[i].Seq)
	}
	for _, messages := range [][]*client.Message{b.Shown, b.Fetched} {
		for _, m := range messages {
			touch(m.Conversation, m.Seq)
		}
	}
	for v, span := range touched {
		_, err := tx.Exec(`UPDATE messages SET body = '', extra = '' WHERE peer = ? AND gid = ? AND seq IN (
			SELECT seq FROM states WHERE peer = ? AND gid = ? AND seq BETWEEN ? AND ? AND recalled_by IS NOT NULL) AND (body <> '' OR extra <> '')`,
			v.With, v.GID, v.With, v.GID, span[0], span[1])
		if err != nil {
			return err
		}
	}
	return nil
}

func list[T any](of []T) (string, error) {
	if len(of) == 0 {
		return "", nil
	}
	text, err := json.Marshal(of)
	return string(text), err
}

func saveRevs(tx *sql.Tx, b *client.Batch) error {
	for _, p := range b.Revs {
		_, err := tx.Exec(`INSERT INTO conversations (peer, gid, rev) VALUES (?, ?, ?)
			ON CONFLICT (peer, gid) DO UPDATE SET rev = excluded.rev`, p.Conversation.With, p.Conversation.GID, p.Seq)
		if err != nil {
			return err
		}
	}
	return nil
}
