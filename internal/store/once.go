package store

import (
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var sqlAppendOnce = sqldb.RegisterEach(sqldb.ForWriting, sqldb.Texts{
	MySQL:    mysqlOnce,
	Postgres: postgresOnce,
})

const (
	// onceBytes is how much text one statement takes; a batch with more goes the long way.
	onceBytes = 1 << 20
	// onceMessages is from how many messages on the long way costs the server less: a tenth
	// to a fifth of its time. It is taken then, if the database is near.
	onceMessages = 64
	nearTrip     = 2 * time.Millisecond // a round trip to a database that is near
	// onceFresh is the same before a statement that is a whole transaction: if the connection
	// turned out to be closed, nobody would know whether it was done. It is asked after a short
	// pause, with nothing locked; a node that is busy never is.
	onceFresh = 10 * time.Millisecond
)

// A whole transaction of appends can be one statement: it locks the rows, decides, allots
// seqs, inserts, moves the rows and commits, all within the server. So a node that is far
// from the database holds no lock for the time of its round trips.
//
// The statement stores what is as it ought to be. What is not (a session that ended, a
// number that is not the next one, a membership that changed) goes the long way, which
// finds out what to answer; so does what has a send key or something beside its text, and everything on a server that
// has no such statement.

// onceInput is what the statement is given, by columns.
type onceInput struct {
	first                         chat.ConvID // waited for before anything else; 0 for none
	at                            int64
	devices, sessions, was        []int64 // was: last_send_seq as it ought to be; -1 for whatever it is
	last                          []int64 // last_send_seq afterwards; -1 for as it is
	convs, versions, counts       []int64
	conv, device, sender, sendSeq []int64 // of each message
	pos                           []int64 // which one of its device it is, from 1
	off                           []int64 // which one of its conversation it is, from 1
	body                          []string
}

func (in *onceInput) clear() {
	for _, column := range []*[]int64{
		&in.devices, &in.sessions, &in.was, &in.last, &in.convs, &in.versions, &in.counts,
		&in.conv, &in.device, &in.sender, &in.sendSeq, &in.pos, &in.off,
	} {
		*column = (*column)[:0]
	}
	clear(in.body)
	in.body = in.body[:0]
}

// onceOutput is what the statement tells.
type onceOutput struct {
	seqs        []int64 // of each message; 0 for one that is not stored
	heldDevices map[chat.DeviceID]bool
	heldConvs   map[chat.ConvID]bool
}

// onceState is what is known of a device while a statement is planned: its place among
// the devices, and how many messages of it there are.
type onceState struct {
	place, messages int
	odd             bool // what comes now goes the long way
	waits, went     bool // of those that the statement was given, one waits or has to go the long way
}

// plan makes the statement's input. It sorts the items: first those that the statement is
// given, then those that must go the long way; each in order.
func (b *batch) plan(items []item) (given, odd []item) {
	in := &b.in
	in.clear()
	b.devicesAt, b.convsAt = resetMap(b.devicesAt), resetMap(b.convsAt)
	b.odd, b.planned = b.odd[:0], b.planned[:0]
	given = items[:0]
	for _, it := range items {
		a := it.append
		i, known := b.devicesAt[senderOf(a)]
		if !known {
			i = len(b.planned)
			b.devicesAt[senderOf(a)] = i
			b.planned = append(b.planned, onceState{place: len(in.devices)})
		}
		d := &b.planned[i]
		known = d.messages > 0
		if d.odd = d.odd || !b.fits(a, d, known); d.odd {
			b.odd = append(b.odd, it)
			continue
		}
		b.plant(a, d)
		given = append(given, it)
	}
	copy(items[len(given):], b.odd)
	return given, items[len(given):]
}

func resetMap[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	clear(m)
	return m
}

// fits reports whether a message follows those of its device and its conversation that
// were planned.
func (b *batch) fits(a *chat.Append, d *onceState, known bool) bool {
	in := &b.in
	if a.Key != nil || a.Change != nil || a.Extra != nil { // the statement knows nothing of these
		return false
	}
	if a.Session == 0 || a.SendSeq > 0 && a.PrevSendSeq >= a.SendSeq || a.SendSeq < 0 || a.PrevSendSeq < 0 {
		return false
	}
	if i, ok := b.convsAt[a.Conv]; ok && in.versions[i] != a.Version {
		return false
	}
	return !known || in.sessions[d.place] == int64(a.Session) &&
		(a.SendSeq == 0 || in.last[d.place] < 0 || in.last[d.place] == a.PrevSendSeq)
}

func (b *batch) plant(a *chat.Append, d *onceState) {
	in := &b.in
	if d.messages++; d.messages == 1 {
		in.devices, in.sessions = append(in.devices, int64(a.Device)), append(in.sessions, int64(a.Session))
		in.was, in.last = append(in.was, -1), append(in.last, -1)
	}
	if a.SendSeq > 0 {
		if in.was[d.place] < 0 {
			in.was[d.place] = a.PrevSendSeq
		}
		in.last[d.place] = a.SendSeq
	}
	c, known := b.convsAt[a.Conv]
	if !known {
		c = len(in.convs)
		b.convsAt[a.Conv] = c
		in.convs, in.versions, in.counts = append(in.convs, int64(a.Conv)), append(in.versions, a.Version), append(in.counts, 0)
	}
	in.counts[c]++
	in.conv, in.device = append(in.conv, int64(a.Conv)), append(in.device, int64(a.Device))
	in.sender, in.sendSeq = append(in.sender, int64(a.Sender)), append(in.sendSeq, a.SendSeq)
	in.pos, in.off = append(in.pos, int64(d.messages)), append(in.off, in.counts[c])
	in.body = append(in.body, a.Body)
}

// oneStatement reports whether items go as one statement.
func (b *batch) oneStatement(items []item) bool {
	if !b.tx.dialect.Server || b.c.store.noOnce.Load() || len(items) > onceMessages && b.pen.near() {
		return false
	}
	bytes := 0
	for _, it := range items {
		bytes += len(it.append.Body)
	}
	return bytes <= onceBytes
}

// doOnce takes items through one statement. It sorts them: what is left in rest has to go
// the long way, everything before it has its outcome. ended is true if there is nothing
// more to do.
func (b *batch) doOnce(items []item) (rest []item, doubtful, committed, ended bool) {
	given, odd := b.plan(items)
	if len(given) == 0 {
		return odd, false, true, false
	}
	var again sqldb.Tries
	for {
		doubtful, err := b.tryOnce()
		if err == nil {
			b.works()
			return b.sort(items, len(given)), false, true, false
		}
		f := b.c.classify(err)
		switch {
		case sqldb.UnknownStatement(err):
			b.c.store.noOnce.Store(true)
			return items, false, false, false
		case f.StatementOnly():
			b.careful = true // one of them was refused: which one, the long way finds out
			return items, false, false, false
		case f == sqldb.FailedBusy && !doubtful && b.first != (lockKey{}):
			b.leave(items)
			return nil, false, false, true
		case !doubtful && b.c.store.again(&again, f, err):
			continue
		}
		b.fails(f, err, doubtful)
		b.refuse(items, refusal(f, err))
		return nil, doubtful, false, true
	}
}

// tryOnce runs the statement. After a failure that may be the connection's it is dropped.
func (b *batch) tryOnce() (doubtful bool, err error) {
	if b.pen.link != nil && !b.pen.link.UsableAfter(onceFresh) {
		b.pen.drop()
	}
	if err := b.pen.open(); err != nil {
		return false, err
	}
	l := b.pen.link
	b.tx.Link, b.tx.at = l, b.c.store.clock.Now()
	b.in.first, b.in.at = b.first.conv, b.tx.at.UnixMilli()
	out := &b.out
	out.seqs = append(out.seqs[:0], make([]int64, len(b.in.body))...)
	out.heldDevices, out.heldConvs = resetMap(out.heldDevices), resetMap(out.heldConvs)
	err = b.c.faults.commit(func() error {
		return l.Committing(func() error { return appendOnce(l, &b.in, out) })
	})
	if err == nil {
		l.Wrote()
		return false, nil
	}
	if !sqldb.UnknownStatement(err) {
		b.abandon(err)
	}
	f := b.c.classify(err)
	// A lock that was not had ends the statement before it commits; its own time may end it
	// afterwards.
	undone := f.StatementOnly() || f == sqldb.FailedBusy && !sqldb.RanOut(err) || b.tx.dialect.Undone(f, err)
	return !undone, err
}

func appendOnce(l *sqldb.Link, in *onceInput, out *onceOutput) error {
	if l.Dialect.Name == sqldb.MySQL {
		return mysqlAppendOnce(l, in, out)
	}
	return postgresAppendOnce(l, in, out)
}

// sort returns the first n items, those of the statement, their outcomes, and puts those that
// have to go the long way behind them.
func (b *batch) sort(items []item, n int) (rest []item) {
	out := &b.out
	sentAt := time.UnixMilli(b.in.at).UTC()
	b.odd = b.odd[:0]
	done := items[:0]
	for i, it := range items {
		a := it.append
		d := &b.planned[b.devicesAt[senderOf(a)]]
		switch {
		case i < n && out.seqs[i] > 0:
			a.Seq, a.At, a.LastSendSeq, a.Err = out.seqs[i], sentAt, 0, nil
		case !d.went && (d.waits || i < n && (out.heldDevices[a.Device] || out.heldConvs[a.Conv])):
			d.waits = true
			a.Seq, a.LastSendSeq, a.Err = 0, 0, errLeft
		default:
			d.went = true
			b.odd = append(b.odd, it)
			continue
		}
		done = append(done, it)
	}
	for id := range out.heldDevices {
		b.held = append(b.held, lockKey{device: id})
	}
	for id := range out.heldConvs {
		b.held = append(b.held, lockKey{conv: id})
	}
	copy(items[len(done):], b.odd)
	return items[len(done):]
}
