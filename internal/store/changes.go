package store

import (
	"strconv"
	"strings"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlLastRev = sqldb.Register(sqldb.ForWriting, `
SELECT last_rev FROM conversations WHERE id = ?`)
	sqlMoveRev = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET last_rev = ?, changed_at = {now} WHERE id = ?`)
	sqlState = sqldb.Register(sqldb.ForWriting, "SELECT "+stateColumns+`
  FROM message_states WHERE conversation_id = ? AND seq = ?`)
	sqlInsertState = sqldb.Register(sqldb.ForWriting, `
INSERT INTO message_states (rev, author_id, edited_at, body, recalled_at, recalled_by, pinned_at, pinned_by, reactions, mentions, conversation_id, seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdateState = sqldb.Register(sqldb.ForWriting, `
UPDATE message_states SET rev = ?, author_id = ?, edited_at = ?, body = ?, recalled_at = ?, recalled_by = ?, pinned_at = ?, pinned_by = ?, reactions = ?, mentions = ?
 WHERE conversation_id = ? AND seq = ?`)
	sqlPinCount = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM message_states WHERE conversation_id = ? AND pinned_at > 0`)
	sqlOwnReactions = sqldb.Register(sqldb.ForWriting, `
SELECT emoji, gone FROM reactions WHERE conversation_id = ? AND seq = ? AND user_id = ?`)
	sqlInsertReaction = sqldb.Register(sqldb.ForWriting, `
INSERT INTO reactions (rev, gone, conversation_id, seq, user_id, emoji) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlUpdateReaction = sqldb.Register(sqldb.ForWriting, `
UPDATE reactions SET rev = ?, gone = ? WHERE conversation_id = ? AND seq = ? AND user_id = ? AND emoji = ?`)
	sqlDropReactions = sqldb.Register(sqldb.ForWriting, `
DELETE FROM reactions WHERE conversation_id = ? AND seq = ?`)
	sqlEmptyText = sqldb.Register(sqldb.ForWriting, `
UPDATE messages SET body = ?, extra = NULL WHERE conversation_id = ? AND seq = ?`)
	sqlMessageThere = sqldb.Register(sqldb.ForWriting, `
SELECT seq FROM messages WHERE conversation_id = ? AND seq = ?`)
	// A message whose text is in a segment that has to be written anew.
	sqlInsertSegmentRecall = sqldb.Register(sqldb.ForWriting, `
INSERT INTO segment_recalls (conversation_id, seq) VALUES (?, ?)`)
	sqlLeader = sqldb.Register(sqldb.ForWriting, `
SELECT m.role FROM conversations c JOIN members m ON m.group_id = c.group_id
 WHERE c.id = ? AND m.user_id = ? AND m.left_seq IS NULL`)
	sqlPutDeviceChange = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
		SQLite: `INSERT INTO device_changes (device_id, slot, send_seq, rev) VALUES (?, ?, ?, ?)
ON CONFLICT (device_id, slot) DO UPDATE SET send_seq = excluded.send_seq, rev = excluded.rev`,
		MySQL: `INSERT INTO device_changes (device_id, slot, send_seq, rev) VALUES (?, ?, ?, ?)
ON DUPLICATE KEY UPDATE send_seq = VALUES(send_seq), rev = VALUES(rev)`,
		Postgres: `INSERT INTO device_changes (device_id, slot, send_seq, rev) VALUES (?, ?, ?, ?)
ON CONFLICT (device_id, slot) DO UPDATE SET send_seq = excluded.send_seq, rev = excluded.rev`,
	})
	sqlDropDeviceChanges = sqldb.Register(sqldb.ForWriting, `
DELETE FROM device_changes WHERE device_id = ?`)
)

// stateRow is a row of message_states: what was done to a message. Times of 0 are none.
type stateRow struct {
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	Rev            int64  `db:"rev"`
	AuthorID       int64  `db:"author_id"` // of Body; 0 for a message that was not edited
	EditedAt       int64  `db:"edited_at"`
	Body           string `db:"body"` // means nothing unless EditedAt is set
	RecalledAt     int64  `db:"recalled_at"`
	RecalledBy     int64  `db:"recalled_by"`
	PinnedAt       int64  `db:"pinned_at"`
	PinnedBy       int64  `db:"pinned_by"`
	Reactions      string `db:"reactions"` // see packReactions
	Mentions       string `db:"mentions"`  // chat.Packed; "" is NULL: as the message was sent
}

// stateColumns are what a row of message_states is read from.
const stateColumns = "seq, rev, author_id, edited_at, body, recalled_at, recalled_by, pinned_at, pinned_by, reactions, mentions"

// read takes stateColumns.
func (s *stateRow) read(r sqldb.Row) {
	s.Seq, s.Rev, s.AuthorID = r.Num(0), r.Num(1), r.Num(2)
	s.EditedAt, s.Body = r.Num(3), r.Text(4)
	s.RecalledAt, s.RecalledBy, s.PinnedAt, s.PinnedBy = r.Num(5), r.Num(6), r.Num(7), r.Num(8)
	s.Reactions, s.Mentions = r.Text(9), r.Text(10)
}

// write inserts the row, or puts it in the place of the one that is there.
func (s *stateRow) write(l *sqldb.Link, there bool) error {
	id := sqlInsertState
	if there {
		id = sqlUpdateState
	}
	var mentions any
	if s.Mentions != "" {
		mentions = []byte(s.Mentions)
	}
	_, err := l.Exec(id, s.Rev, s.AuthorID, s.EditedAt, s.Body, s.RecalledAt, s.RecalledBy, s.PinnedAt, s.PinnedBy, s.Reactions, mentions,
		s.ConversationID, s.Seq)
	return err
}

func (s *stateRow) state() chat.State {
	return chat.State{
		Seq: s.Seq, Rev: s.Rev, EditedAt: moment(s.EditedAt), Body: s.Body,
		RecalledAt: moment(s.RecalledAt), RecalledBy: chat.UserID(s.RecalledBy),
		PinnedAt: moment(s.PinnedAt), PinnedBy: chat.UserID(s.PinnedBy), Reactions: unpackReactions(s.Reactions),
		Mentions: chat.Packed(s.Mentions).Mentions(),
	}
}

// set takes over a state; author is whose text it is, where it was edited.
func (s *stateRow) set(state *chat.State, author chat.UserID) {
	s.Rev, s.EditedAt, s.Body, s.AuthorID = state.Rev, millis(state.EditedAt), state.Body, 0
	if state.Edited() {
		s.AuthorID = int64(author)
	}
	s.RecalledAt, s.RecalledBy = millis(state.RecalledAt), int64(state.RecalledBy)
	s.PinnedAt, s.PinnedBy = millis(state.PinnedAt), int64(state.PinnedBy)
	s.Reactions, s.Mentions = packReactions(state.Reactions), ""
	if state.Mentions != nil {
		s.Mentions = string(state.Mentions.Pack())
	}
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// packReactions writes emoji with their counts, one a line, in their order. They stand in the
// message's own row, so that showing a message that thousands have reacted to reads one row.
func packReactions(list []chat.Reaction) string {
	var b strings.Builder
	for _, r := range list {
		b.WriteString(r.Emoji + " " + strconv.FormatInt(r.Count, 10) + "\n")
	}
	return b.String()
}

func unpackReactions(text string) (list []chat.Reaction) {
	for line := range strings.Lines(text) {
		emoji, count, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseInt(count, 10, 64)
		if err == nil && emoji != "" {
			list = append(list, chat.Reaction{Emoji: emoji, Count: n})
		}
	}
	return list
}

// reactionRow is a row of reactions: an emoji that a user has, or had (Gone), on a message. Rev
// is when that moved last, so that it can be told whose reactions moved since.
type reactionRow struct {
	ConversationID int64  `db:"conversation_id"`
	Seq            int64  `db:"seq"`
	UserID         int64  `db:"user_id"`
	Emoji          string `db:"emoji"`
	Rev            int64  `db:"rev"`
	Gone           int64  `db:"gone"`
}

func (r *reactionRow) write(l *sqldb.Link, there bool) error {
	id := sqlInsertReaction
	if there {
		id = sqlUpdateReaction
	}
	_, err := l.Exec(id, r.Rev, r.Gone, r.ConversationID, r.Seq, r.UserID, r.Emoji)
	return err
}

// deviceChangeRow is a row of device_changes: the answer to a change that a device made. Slot is
// SendSeq modulo wire.ChangesKept, so that a device never has more rows than that.
type deviceChangeRow struct {
	DeviceID int64 `db:"device_id"`
	Slot     int64 `db:"slot"`
	SendSeq  int64 `db:"send_seq"`
	Rev      int64 `db:"rev"`
}

func (c *deviceChangeRow) write(l *sqldb.Link) error {
	_, err := l.Exec(sqlPutDeviceChange, c.DeviceID, c.Slot, c.SendSeq, c.Rev)
	return err
}

// segmentRecallRow is a row of segment_recalls: a recalled message whose text is in a segment.
type segmentRecallRow struct {
	ConversationID int64 `db:"conversation_id"`
	Seq            int64 `db:"seq"`
}

func (r segmentRecallRow) insert(l *sqldb.Link) error {
	_, err := l.Exec(sqlInsertSegmentRecall, r.ConversationID, r.Seq)
	return err
}

// messageKey names a message.
type messageKey struct {
	conv chat.ConvID
	seq  int64
}

// changes are those of one run of appends. The rows of conversations and devices are locked.
type changes struct {
	states map[messageKey]*knownState
	revs   map[chat.ConvID]*knownRev
}

// knownState is a state as it is within a transaction.
type knownState struct {
	stateRow
	there bool // in the database
	moved bool // since it was read or written
}

type knownRev struct{ last, was int64 }

func (k *changes) clear() {
	clear(k.states)
	clear(k.revs)
}

// change makes a change, one after the other: whoever sends many of them at once is still in
// order with their messages. A refusal is the append's own.
func (b *batch) change(a *chat.Append, d *deviceState, v *convState) error {
	guard := !b.tx.dialect.Server || b.careful
	if guard {
		if _, err := b.tx.Exec(sqldb.Savepoint); err != nil {
			return err
		}
	}
	err := b.makeChange(a, v)
	switch {
	case err == nil:
		if a.SendSeq > 0 {
			d.last = a.SendSeq
		}
	case isAnswer(err):
		a.Err = err // nothing was written
	case !guard || !b.c.classify(err).StatementOnly():
		return err
	default:
		a.Err = &chat.Error{Code: wire.BadText, Cause: err}
		if _, err := b.tx.Exec(sqldb.RollbackTo); err != nil {
			return err
		}
	}
	if guard {
		_, err = b.tx.Exec(sqldb.Release)
		return err
	}
	return nil
}

func (b *batch) makeChange(a *chat.Append, v *convState) error {
	if a.Change.Seq > v.last {
		return chat.E(wire.NoSuchMessage)
	}
	if err := b.tx.leads(a); err != nil {
		return err
	}
	known, err := b.changes.state(&b.tx, messageKey{a.Conv, a.Change.Seq})
	if err != nil {
		return err
	}
	own, had, err := b.tx.ownReactions(a)
	if err != nil {
		return err
	}
	pins := 0
	if a.Change.Op == chat.Pin {
		if pins, err = b.changes.pins(&b.tx, a.Conv); err != nil {
			return err
		}
	}
	state := known.state()
	moved, err := a.Change.Apply(&state, a.Sender, a.At, own, pins)
	if err != nil {
		return err
	}
	a.Rev, a.Same = state.Rev, !moved
	was := *known
	if moved {
		err = b.moveState(a, known, &state, had)
	}
	if err == nil && a.SendSeq > 0 {
		answer := deviceChangeRow{DeviceID: int64(a.Device), Slot: a.SendSeq % wire.ChangesKept, SendSeq: a.SendSeq, Rev: a.Rev}
		err = answer.write(b.tx.Link)
	}
	if err != nil { // what was written is undone, and so is what is known of it
		b.changes.forget(a, known, &was)
	}
	return err
}

// leads holds a change to what its sender must be in the group.
func (tx *transaction) leads(a *chat.Append) error {
	if !a.Change.Leads {
		return nil
	}
	r, err := tx.One(sqlLeader, a.Conv, a.Sender)
	if err != nil {
		return err
	}
	if r == nil || !chat.Role(r.Num(0)).Leads() { //nolint:gosec // a role of ours
		return chat.E(wire.NotAdmin)
	}
	return nil
}

// ownReactions reads the emoji that the sender of a reaction has on its message, and whether
// there is a row of this one.
func (tx *transaction) ownReactions(a *chat.Append) (own []string, had bool, err error) {
	if a.Change.Op != chat.React && a.Change.Op != chat.Unreact {
		return nil, false, nil
	}
	err = tx.Query(sqlOwnReactions, func(r sqldb.Row) bool {
		e := r.Text(0)
		had = had || e == a.Change.Emoji
		if !r.Yes(1) {
			own = append(own, e)
		}
		return true
	}, a.Conv, a.Change.Seq, a.Sender)
	return own, had, err
}

// moveState writes what a change does. The states of messages that are only reacted to are
// written once for the whole run.
func (b *batch) moveState(a *chat.Append, known *knownState, state *chat.State, had bool) error {
	rev, err := b.changes.rev(&b.tx, a.Conv)
	if err != nil {
		return err
	}
	state.Rev = rev.last + 1
	switch a.Change.Op {
	case chat.React, chat.Unreact:
		r := reactionRow{
			ConversationID: int64(a.Conv), Seq: a.Change.Seq, UserID: int64(a.Sender), Emoji: a.Change.Emoji, Rev: state.Rev,
		}
		if a.Change.Op == chat.Unreact {
			r.Gone = 1
		}
		if err := r.write(b.tx.Link, had); err != nil {
			return err
		}
	case chat.Recall:
		if err := b.tx.emptyText(a); err != nil {
			return err
		}
	case chat.Edit:
		if a.Change.Mentions != nil {
			if err := b.tx.setMentions(a); err != nil {
				return err
			}
		}
	}
	author := chat.UserID(known.AuthorID)
	if a.Change.Op == chat.Edit {
		author = a.Sender
	}
	row := known.stateRow
	row.set(state, author)
	if a.Change.Op != chat.React && a.Change.Op != chat.Unreact {
		if err := row.write(b.tx.Link, known.there); err != nil {
			return err
		}
		known.there, known.moved = true, false
	} else {
		known.moved = true
	}
	known.stateRow = row
	rev.last, a.Rev = state.Rev, state.Rev
	return nil
}

// emptyText takes a message's text out of the log, or asks for the segment that has it to be
// written anew.
func (tx *transaction) emptyText(a *chat.Append) error {
	for _, drop := range [...]sqldb.Statement{sqlDropReactions, sqlDropMentions} {
		if _, err := tx.Exec(drop, a.Conv, a.Change.Seq); err != nil {
			return err
		}
	}
	r, err := tx.One(sqlMessageThere, a.Conv, a.Change.Seq)
	if err != nil {
		return err
	}
	if r == nil {
		return segmentRecallRow{int64(a.Conv), a.Change.Seq}.insert(tx.Link)
	}
	_, err = tx.Exec(sqlEmptyText, "", a.Conv, a.Change.Seq)
	return err
}

// state reads what was done to a message, once for a run.
func (k *changes) state(tx *transaction, key messageKey) (*knownState, error) {
	if s := k.states[key]; s != nil {
		return s, nil
	}
	s := &knownState{stateRow: stateRow{ConversationID: int64(key.conv), Seq: key.seq}}
	r, err := tx.One(sqlState, key.conv, key.seq)
	if err != nil {
		return nil, err
	}
	if r != nil {
		s.there = true
		s.read(r)
	}
	if k.states == nil {
		k.states = map[messageKey]*knownState{}
	}
	k.states[key] = s
	return s, nil
}

// rev reads the last rev of a conversation, once for a run.
func (k *changes) rev(tx *transaction, conv chat.ConvID) (*knownRev, error) {
	if r := k.revs[conv]; r != nil {
		return r, nil
	}
	r, err := tx.One(sqlLastRev, conv)
	if err != nil {
		return nil, err
	}
	last := &knownRev{last: r.Num(0), was: r.Num(0)}
	if k.revs == nil {
		k.revs = map[chat.ConvID]*knownRev{}
	}
	k.revs[conv] = last
	return last, nil
}

// pins counts the pinned messages of a conversation. Pins are written at once.
func (k *changes) pins(tx *transaction, conv chat.ConvID) (int, error) {
	r, err := tx.One(sqlPinCount, conv)
	if err != nil {
		return 0, err
	}
	return int(r.Num(0)), nil
}

// forget takes back what is known of a change that could not be written.
func (k *changes) forget(a *chat.Append, known, was *knownState) {
	if r := k.revs[a.Conv]; r != nil && known.Rev == r.last && known.Rev != was.Rev {
		r.last--
	}
	*known = *was
	a.Rev, a.Same = 0, false
}

// keep writes what has moved and is not written yet.
func (k *changes) keep(tx *transaction) error {
	for _, s := range k.states {
		if s.moved {
			if err := s.write(tx.Link, s.there); err != nil {
				return err
			}
		}
	}
	for conv, r := range k.revs {
		if r.last != r.was {
			if _, err := tx.Exec(sqlMoveRev, r.last, conv); err != nil {
				return err
			}
		}
	}
	return nil
}
