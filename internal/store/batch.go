package store

import (
	"errors"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	// The sender's row is locked until the commit: of two nodes with the same key one comes
	// second, and nobody disables the account meanwhile.
	sqlLockSender = sqldb.Register(sqldb.ForWriting, `
SELECT disabled FROM users WHERE id = ? {for update}`)
	sqlLockDevice = sqldb.Register(sqldb.ForWriting, `
SELECT session_id, last_send_seq FROM devices WHERE id = ? {for update}`)
	sqlMoveDevice = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET last_send_seq = ? WHERE id = ?`)
	sqlLockConversation = sqldb.Register(sqldb.ForWriting, `
SELECT last_seq, version FROM conversations WHERE id = ? {for update}`)
	sqlGrowConversation = sqldb.Register(sqldb.ForWriting, `
UPDATE conversations SET last_seq = ?, last_at = ?, changed_at = {now} WHERE id = ?`)
)

// batch is one transaction of the committer: runs of appends, with other writes
// between them. It is reused from transaction to transaction.
type batch struct {
	c   *committer
	pen *pen
	tx  transaction

	// first is a row that is waited for before anything else; all other rows that others
	// hold are left alone, and the appends that need them are left.
	first lockKey
	held  []lockKey // rows that others held when this transaction asked for them
	// timedOut: the first could not be had in time, and of the others nothing is known.
	timedOut bool

	// careful: a row was refused in a transaction that inserts all at once, so that now each
	// is inserted in a savepoint of its own, and the culprit found.
	careful bool
	rows    []messageRow
	rich    []messageRow // those that have something beside their text
	told    []mentionRow // of the run

	// One statement for a whole transaction.
	in        onceInput
	out       onceOutput
	odd       []item
	planned   []onceState
	devicesAt map[chat.DeviceID]int // in planned
	convsAt   map[chat.ConvID]int   // in the input

	failed  int // transactions since the last that was committed
	failure sqldb.Failure

	// One run of appends. Whose row each append moves stands at its index.
	run     []*chat.Append
	devices states[chat.DeviceID, deviceState] // by senderOf
	convs   states[chat.ConvID, convState]
	keys    sendKeys
	changes changes
}

// deviceState is a device's row within a transaction, or that of a user who sends without
// one: of that, found, held, waits and closed.
type deviceState struct {
	found     bool
	closed    bool // the account is disabled or erased
	held      bool // by another transaction: whether it is there is known, and no more
	waits     bool // an append of this device was left, so those behind it are
	session   chat.SessionID
	last, was int64 // last_send_seq now, and as it stands in the row
}

// convState is a conversation's row within a transaction.
type convState struct {
	found     bool
	held      bool // by another transaction
	version   int64
	last, was int64 // last_seq now, and as it stands in the row
}

func (b *batch) init(c *committer, p *pen) {
	b.c, b.pen = c, p
	b.tx.dialect = c.store.dialect
	b.devices.init()
	b.convs.init()
}

// do takes items through one transaction and sets the outcome of each: errLeft is that
// of an append whose rows others hold, and nothing was done about it. doubtful is true
// when nobody knows whether the transaction was committed.
func (b *batch) do(items []item) (doubtful, committed bool) {
	b.claim(items)
	b.careful, b.timedOut, b.held = false, false, b.held[:0]
	if b.oneStatement(items) {
		rest, doubtful, committed, ended := b.doOnce(items)
		if ended || len(rest) == 0 {
			return doubtful, committed
		}
		items = rest
		b.first = lockKey{} // it was waited for
	}
	return b.doStepwise(items)
}

// doStepwise is do with a statement for each step.
func (b *batch) doStepwise(items []item) (doubtful, committed bool) {
	var again sqldb.Tries
	for {
		doubtful, err := b.try(items)
		if err == nil {
			b.works()
			return false, true
		}
		f := b.c.classify(err)
		if f.StatementOnly() && b.tx.dialect.Server && !b.careful {
			b.careful = true
			continue
		}
		if f == sqldb.FailedBusy && !doubtful && b.first != (lockKey{}) {
			b.leave(items)
			return false, false
		}
		if !doubtful && b.c.store.again(&again, f, err) {
			continue
		}
		b.fails(f, err, doubtful)
		b.refuse(items, refusal(f, err))
		return doubtful, false
	}
}

// fails logs a failed transaction, and those after it only when they fail otherwise:
// a full disk would fill the log as well.
func (b *batch) fails(f sqldb.Failure, err error, doubtful bool) {
	if b.failed == 0 || f != b.failure {
		b.c.store.log.Error("writing to the database failed; every transaction retries",
			"err", err, "outcome known", !doubtful, "failed before", b.failed)
	}
	b.failed, b.failure = b.failed+1, f
}

// leave leaves all of a transaction undone, because the row that it waited for could
// not be had.
func (b *batch) leave(items []item) {
	b.held, b.timedOut = append(b.held[:0], b.first), true
	for _, it := range items {
		it.append.Seq, it.append.Err = 0, errLeft
	}
}

// works logs that a failure is over.
func (b *batch) works() {
	if b.failed > 0 {
		b.c.store.log.Info("writing to the database works again", "failed transactions", b.failed)
	}
	b.failed = 0
}

// claim marks the pieces as begun, but for those whose callers gave up.
func (b *batch) claim(items []item) {
	for _, it := range items {
		if it.piece != nil && !it.piece.state.CompareAndSwap(queued, taken) {
			it.piece.err = chat.E(wire.Unavailable)
		}
	}
}

// try runs the transaction once. After any failure but a busy one the connection is
// dropped: whatever is wrong with it (read-only, out of step with the disk), the
// next one starts from what the database holds.
func (b *batch) try(items []item) (doubtful bool, err error) {
	if err := b.pen.open(); err != nil {
		return false, err
	}
	if err := b.pen.link.Begin(); err != nil {
		if !b.c.classify(err).GoesOn() {
			b.pen.drop()
		}
		return false, err
	}
	b.tx.Link, b.tx.at = b.pen.link, b.c.store.clock.Now()
	if err := b.write(items); err != nil {
		b.abandon(err)
		return false, err
	}
	if err := b.c.faults.commit(b.pen.link.Commit); err != nil {
		b.abandon(err)
		return !b.tx.dialect.Undone(b.c.classify(err), err), err
	}
	b.pen.link.Wrote()
	return false, nil
}

// abandon leaves the transaction undone.
func (b *batch) abandon(err error) {
	if b.c.classify(err).GoesOn() {
		if _, err := b.pen.link.Exec(sqldb.Rollback); err == nil {
			return
		}
	}
	b.pen.drop()
}

// refuse returns every item of a transaction the same answer. It overrides answers
// that were found in it: they may rest on what was undone.
func (b *batch) refuse(items []item, answer *chat.Error) {
	for _, it := range items {
		if it.piece != nil {
			it.piece.err = answer
		} else {
			it.append.Seq, it.append.Err = 0, answer
		}
	}
}

// write does everything between begin and commit. An error means that the whole
// transaction is lost.
func (b *batch) write(items []item) error {
	b.run = b.run[:0]
	for _, it := range items {
		if it.piece == nil {
			b.run = append(b.run, it.append)
			continue
		}
		if it.piece.state.Load() == givenUp {
			continue
		}
		if it.piece.place == inOrder {
			if err := b.appendRun(); err != nil {
				return err
			}
		}
		if err := b.runPiece(it.piece); err != nil {
			return err
		}
	}
	return b.appendRun()
}

// runPiece runs a piece in a savepoint, so that its failure is its own.
func (b *batch) runPiece(p *piece) error {
	if _, err := b.tx.Exec(sqldb.Savepoint); err != nil {
		return err
	}
	p.err = nil
	err := p.run(&b.tx)
	if err != nil {
		switch f := b.c.classify(err); {
		case isAnswer(err):
			p.err = err
		case f.StatementOnly():
			b.c.store.log.Error("a write was refused by the database", "err", err)
			p.err = &chat.Error{Code: wire.Internal, Cause: err}
		default:
			return err
		}
		if _, err := b.tx.Exec(sqldb.RollbackTo); err != nil {
			return err
		}
	}
	_, err = b.tx.Exec(sqldb.Release)
	return err
}

// appendRun stores the appends gathered in b.run: it locks the rows of all devices
// and then of all conversations, each by id, decides and inserts in the order of the
// queue, and moves each row once.
func (b *batch) appendRun() error {
	if len(b.run) == 0 {
		return nil
	}
	b.devices.clear()
	b.convs.clear()
	b.keys.clear()
	b.changes.clear()
	b.told = b.told[:0]
	for _, a := range b.run {
		b.devices.want(senderOf(a))
		b.convs.want(a.Conv)
		b.keys.want(a)
	}
	if b.tx.dialect.Server {
		return b.appendAtOnce()
	}
	if err := b.devices.each(b.lockDevice); err != nil {
		return err
	}
	if err := b.convs.each(b.lockConversation); err != nil {
		return err
	}
	if err := b.keys.read(&b.tx); err != nil {
		return err
	}
	at := b.tx.at.UnixMilli()
	sentAt := time.UnixMilli(at).UTC()
	for _, a := range b.run {
		if err := b.insert(a, at, sentAt); err != nil {
			return err
		}
	}
	b.run = b.run[:0]
	if err := b.keys.keep(&b.tx); err != nil {
		return err
	}
	if err := b.changes.keep(&b.tx); err != nil {
		return err
	}
	if err := insertMentions(b.tx.Link, b.told); err != nil {
		return err
	}
	if err := b.devices.each(b.moveDevice); err != nil {
		return err
	}
	return b.convs.each(b.growConversation)
}

func (b *batch) lockDevice(id chat.DeviceID, d *deviceState) error {
	if id < 0 {
		r, err := b.tx.One(sqlLockSender, int64(-id))
		if err == nil && r != nil {
			d.found, d.closed = true, r.Num(0) != accountOpen
		}
		return err
	}
	r, err := b.tx.One(sqlLockDevice, int64(id))
	if err != nil || r == nil {
		return err
	}
	d.found, d.session, d.last, d.was = true, chat.SessionID(r.Num(0)), r.Num(1), r.Num(1)
	return nil
}

func (b *batch) moveDevice(id chat.DeviceID, d *deviceState) error {
	if d.last == d.was {
		return nil
	}
	_, err := b.tx.Exec(sqlMoveDevice, d.last, int64(id))
	return err
}

func (b *batch) lockConversation(id chat.ConvID, v *convState) error {
	r, err := b.tx.One(sqlLockConversation, int64(id))
	if err != nil || r == nil {
		return err
	}
	v.found, v.last, v.was, v.version = true, r.Num(0), r.Num(0), r.Num(1)
	return nil
}

func (b *batch) growConversation(id chat.ConvID, v *convState) error {
	if v.last == v.was {
		return nil
	}
	_, err := b.tx.Exec(sqlGrowConversation, v.last, b.tx.at.UnixMilli(), int64(id))
	return err
}

// insert decides about one append and stores it.
func (b *batch) insert(a *chat.Append, at int64, sentAt time.Time) error {
	d, v := b.devices.of(senderOf(a)), b.convs.of(a.Conv)
	a.Seq, a.At, a.LastSendSeq = 0, sentAt, 0
	if a.Err = b.decide(a, d, v); a.Err != nil {
		return nil
	}
	if a.Change != nil {
		return b.change(a, d, v)
	}
	err := b.c.faults.insert(a)
	if err == nil {
		err = b.insertRow(a, v.last+1, at)
	}
	if err == nil {
		v.last++
		a.Seq = v.last
		if a.SendSeq > 0 {
			d.last = a.SendSeq
		}
		b.keys.stored(a)
		b.mentioned(a)
		return nil
	}
	switch b.c.classify(err) {
	case sqldb.FailedRow:
		a.Err = &chat.Error{Code: wire.BadText, Cause: err}
	case sqldb.FailedOrder, sqldb.FailedDuplicate:
		b.c.store.log.Error("a conversation's log goes beyond its last_seq", "conversation", a.Conv, "last_seq", v.last, "err", err)
		a.Err = &chat.Error{Code: wire.Unavailable, Cause: err}
	default:
		return err
	}
	return nil
}

func (b *batch) insertRow(a *chat.Append, seq, at int64) error {
	m := messageRow{
		ConversationID: int64(a.Conv), Seq: seq, SenderID: int64(a.Sender), DeviceID: int64(a.Device),
		SendSeq: a.SendSeq, SentAt: at, Body: a.Body, Extra: string(a.Extra.Pack()),
	}
	return m.insert(b.tx.Link)
}

// mentioned takes note of whom a message mentions that is stored.
func (b *batch) mentioned(a *chat.Append) {
	if a.Extra != nil {
		b.told = addMentions(b.told, a.Conv, a.Seq, a.Sender, a.At, &a.Extra.Mentions)
	}
}

// decide tells why an append is not stored, nil if nothing speaks against it.
func (b *batch) decide(a *chat.Append, d *deviceState, v *convState) error {
	if a.Key != nil {
		if err := b.keys.decide(a, d); err != nil {
			return err
		}
		return decideThere(a, v)
	}
	switch {
	case !d.found || a.Session == 0 || d.session != a.Session:
		return chat.ErrSessionGone
	case a.SendSeq > 0 && d.last >= a.SendSeq:
		a.LastSendSeq = d.last
		return chat.ErrRepeat
	case a.SendSeq > 0 && d.last != a.PrevSendSeq:
		a.LastSendSeq = d.last
		return chat.ErrOutOfStep
	}
	return decideThere(a, v)
}

// decideThere is decide about the conversation.
func decideThere(a *chat.Append, v *convState) error {
	switch {
	case !v.found:
		return chat.E(wire.NoConversation)
	case v.version != a.Version && (a.Change == nil || !a.Change.Anyway):
		return chat.ErrStaleMembers
	case a.Extra != nil && a.Extra.ReplyTo > v.last:
		return chat.E(wire.NoSuchMessage)
	}
	return nil
}

// classify says what an error means, those of tests included.
func (c *committer) classify(err error) sqldb.Failure {
	var f *fault
	if errors.As(err, &f) {
		return f.means
	}
	return c.store.dialect.Classify(err)
}

// fault is an error that says by itself what it means.
type fault struct{ means sqldb.Failure }

func (*fault) Error() string { return "store: a fault made for a test" }

// reason is why an append was not stored, as metrics count it.
func reason(err error) string {
	var e *chat.Error
	switch {
	case errors.Is(err, chat.ErrSessionGone):
		return "session gone"
	case errors.Is(err, chat.ErrRepeat):
		return "repeat"
	case errors.Is(err, chat.ErrOutOfStep):
		return "out of step"
	case errors.Is(err, chat.ErrStaleMembers):
		return "stale members"
	case !errors.As(err, &e):
		return "unavailable"
	}
	switch e.Code {
	case wire.BadText:
		return "row"
	case wire.StoreFull:
		return "store full"
	case wire.Busy:
		return "busy"
	case wire.NoConversation:
		return "no conversation"
	case wire.KeyReused:
		return "key reused"
	case wire.Disabled, wire.NoSuchUser:
		return "account closed"
	case wire.NoSuchMessage, wire.MessageRecalled, wire.LimitReached, wire.NotAdmin:
		return "change refused"
	}
	return "unavailable"
}
