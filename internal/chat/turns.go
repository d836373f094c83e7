package chat

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"parley/wire"
)

// Turns lets a few in at once to do what takes a core for long, and is fair to those who
// wait: every address gets one turn in each round, and within an address every account
// does. Who came first goes first among equals. So neither many connections of one account
// nor many accounts behind one address keep anybody else out.
//
// Who would wait too long is refused, and told when to come back. Their place is kept
// until then, for their address and account: whoever comes at the time told stands where
// they would stand if they had waited. All methods are safe for concurrent use.
//
// A semaphore would hand its permits on in the order of arrival. Here the order is the point,
// also among those who are away, and how long somebody has to wait follows from the number
// of permits that are out: so inside is counted under the lock of the lines.
type Turns struct {
	o     turnsOptions
	clock Clock

	mu      sync.Mutex
	inside  int
	waiting []*place // those who wait now; the others come back
	lines   map[netip.Prefix]*line
	places  int
	round   int64         // of the turn that was given last
	serial  int64         // counts places, and turns of lines
	took    time.Duration // what a turn takes, a moving average
	until   time.Time     // when the last place given out is due
	sweepAt time.Time     // when to look for places that nobody came back for
	refused int64
}

type turnsOptions struct {
	atOnce     int
	queue      int           // how many wait at one time
	promises   int           // how many places are kept besides
	perAddress int           // places of one address
	perAccount int           // places of one account at one address
	patience   time.Duration // how long one waits
	took       time.Duration // a first guess
}

// turn says whose turn it is to be. Without an address there are no limits of its own.
type turn struct {
	from    netip.Prefix
	account suspect
}

// line is all places of one address.
type line struct {
	at       int64 // the round of its next turn
	since    int64 // among lines of one round, the one that has waited longest is first
	round    int64 // its own round among its accounts, of the turn that was given last
	places   []*place
	accounts map[suspect]*accountLine
	until    time.Time // when its last place is due
}

type accountLine struct {
	round  int64 // of its last place
	places []*place
	until  time.Time
}

// place is a place in a line. ready is nil while its owner is away; it gets nil when the
// turn has come, or why it cannot.
type place struct {
	who    turn
	line   *line
	round  int64
	serial int64
	ready  chan error
	due    time.Time // while away: when to come back
}

// leastTurn is the least that a turn is taken to last.
const leastTurn = time.Millisecond

func newTurns(o turnsOptions, clock Clock) *Turns {
	return &Turns{o: o, clock: clock, took: max(o.took, leastTurn), lines: make(map[netip.Prefix]*line)}
}

// enter waits for a turn. leave must follow, and tells whether the turn was used. The
// error is Busy, with the time to come back.
func (t *Turns) enter(ctx context.Context, who turn) (leave func(used bool), err error) {
	ready, p, err := t.begin(who)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return t.leaver(), nil
	}
	tooLate, cancel := After(t.clock, t.o.patience)
	defer cancel()
	select {
	case err = <-ready:
	case <-tooLate:
		err = t.giveUp(p, ready)
	case <-ctx.Done():
		err = t.giveUp(p, ready)
	}
	if err != nil {
		return nil, err
	}
	return t.leaver(), nil
}

// giveUp ends the wait, unless it has ended meanwhile.
func (t *Turns) giveUp(p *place, ready <-chan error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case err := <-ready:
		return err
	default:
		return t.sendAway(p)
	}
}

func (t *Turns) begin(who turn) (ready <-chan error, p *place, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p, err = t.queueUp(who); p != nil && err == nil {
		ready = p.ready
	}
	return ready, p, err
}

// queueUp puts who in line, or (nil) lets them in at once, or refuses them.
func (t *Turns) queueUp(who turn) (*place, error) {
	now := t.clock.Now()
	t.sweep(now)
	p := t.kept(who, now)
	switch {
	case t.inside < t.o.atOnce && len(t.waiting) == 0:
		if p != nil {
			t.remove(p)
		}
		t.inside++
		return nil, nil
	case p == nil:
		if wait, full := t.full(who, now); full {
			return nil, t.busy(wait, false)
		}
		p = t.add(who)
		if t.wait(p) > t.o.patience*4/5 { // so that turns that take longer send nobody away late
			return nil, t.sendAway(p)
		}
	}
	p.ready = make(chan error, 1)
	t.waiting = append(t.waiting, p)
	if len(t.waiting) > t.o.queue {
		last := t.last()
		err := t.sendAway(last)
		if last == p {
			return nil, err
		}
	}
	return p, nil
}

// kept is the place that who comes back to, the first if there are several. Who comes too
// early gets another one behind it, which costs nobody else anything.
func (t *Turns) kept(who turn, now time.Time) *place {
	l := t.lines[who.from]
	if l == nil || l.accounts[who.account] == nil {
		return nil
	}
	for _, p := range l.accounts[who.account].places {
		if p.ready == nil && !now.Before(p.due) {
			return p
		}
	}
	return nil
}

// full reports whether who has as many places as are allowed, and for how long.
func (t *Turns) full(who turn, now time.Time) (wait time.Duration, full bool) {
	least := func(until time.Time, places int) time.Duration {
		return max(until.Sub(now), time.Duration(places)*t.took/time.Duration(t.o.atOnce))
	}
	if t.places >= t.o.queue+t.o.promises {
		return least(t.until, t.places), true
	}
	l := t.lines[who.from]
	if l == nil || !who.from.IsValid() {
		return 0, false
	}
	if a := l.accounts[who.account]; a != nil && len(a.places) >= t.o.perAccount {
		return least(a.until, len(a.places)), true
	}
	return least(l.until, len(l.places)), len(l.places) >= t.o.perAddress
}

// add makes a place: the account's next one in its address's line. An address that had
// none gets its turn at the end of the round.
func (t *Turns) add(who turn) *place {
	t.serial++
	l := t.lines[who.from]
	if l == nil {
		l = &line{at: t.round + 1, since: t.serial, accounts: make(map[suspect]*accountLine)}
		t.lines[who.from] = l
	}
	a := l.accounts[who.account]
	if a == nil {
		a = &accountLine{}
		l.accounts[who.account] = a
	}
	a.round = max(a.round, l.round) + 1
	p := &place{who: who, line: l, round: a.round, serial: t.serial}
	a.places = append(a.places, p)
	at, _ := slices.BinarySearchFunc(l.places, p, (*place).compare)
	l.places = slices.Insert(l.places, at, p)
	t.places++
	until := t.clock.Now().Add(t.wait(p))
	a.until, l.until, t.until = later(a.until, until), later(l.until, until), later(t.until, until)
	return p
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// compare orders the places of one line.
func (p *place) compare(q *place) int {
	if p.round != q.round {
		return int(p.round - q.round)
	}
	return int(p.serial - q.serial)
}

// before reports whether p's turn is before q's.
func (p *place) before(q *place) bool {
	switch {
	case p.line == q.line:
		return p.compare(q) < 0
	case p.line.at != q.line.at:
		return p.line.at < q.line.at
	}
	return p.line.since < q.line.since
}

// wait is how long it takes until p's turn, if all before it take theirs.
func (t *Turns) wait(p *place) time.Duration {
	own, _ := slices.BinarySearchFunc(p.line.places, p, (*place).compare)
	before := own
	at := max(p.line.at, t.round)
	for _, l := range t.lines {
		if l == p.line {
			continue
		}
		ahead := at - max(l.at, t.round) // so many rounds
		turns := int64(own) + ahead
		if ahead < 0 || ahead == 0 && l.since < p.line.since {
			turns++ // it is the first of the two in every round
		}
		before += int(min(max(turns, 0), int64(len(l.places))))
	}
	return time.Duration(before+t.inside) * t.took / time.Duration(t.o.atOnce)
}

// last is who is to go when too many wait: the last one of the address with the most.
func (t *Turns) last() *place {
	count := make(map[*line]int, len(t.lines))
	for _, p := range t.waiting {
		count[p.line]++
	}
	var last *place
	for _, p := range t.waiting {
		if last == nil || count[p.line] > count[last.line] || count[p.line] == count[last.line] && last.before(p) {
			last = p
		}
	}
	return last
}

// sendAway keeps p's place while its owner is away, and tells them when to come back: so
// long before their turn that a few are always there, and no time is lost.
func (t *Turns) sendAway(p *place) error {
	wait := t.wait(p)
	retry := max(wait-t.o.patience/2, wait/2, t.took)
	p.due = t.clock.Now().Add(retry)
	err := t.busy(retry, true)
	if i := slices.Index(t.waiting, p); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
		p.ready <- err // for an owner who still waits
		p.ready = nil
	}
	return err
}

func (t *Turns) busy(retry time.Duration, kept bool) error {
	t.refused++
	info := "too many logins and registrations at once: your place is kept, try again after retry_after_ms"
	if !kept {
		info = "too many logins and registrations at once from your address: try again after retry_after_ms"
	}
	return &Error{Code: wire.Busy, Info: info, RetryAfter: retry}
}

// leaver ends a turn.
func (t *Turns) leaver() func(used bool) {
	began := t.clock.Now()
	return func(used bool) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if used {
			t.took = max(t.took+(t.clock.Now().Sub(began)-t.took)/16, leastTurn)
		}
		t.inside--
		for t.inside < t.o.atOnce && len(t.waiting) > 0 {
			t.letIn()
		}
	}
}

// letIn returns the next turn.
func (t *Turns) letIn() {
	next := 0
	for i, p := range t.waiting {
		if p.before(t.waiting[next]) {
			next = i
		}
	}
	p := t.waiting[next]
	t.waiting = slices.Delete(t.waiting, next, next+1)
	t.serial++
	l := p.line
	t.round = max(t.round, l.at)
	l.at, l.since, l.round = t.round+1, t.serial, max(l.round, p.round)
	t.remove(p)
	t.inside++
	p.ready <- nil
}

func (t *Turns) remove(p *place) {
	l := p.line
	i, _ := slices.BinarySearchFunc(l.places, p, (*place).compare)
	l.places = slices.Delete(l.places, i, i+1)
	t.places--
	a := l.accounts[p.who.account]
	a.places = slices.DeleteFunc(a.places, func(q *place) bool { return q == p })
	if len(a.places) == 0 {
		delete(l.accounts, p.who.account)
	}
	if len(l.places) == 0 {
		delete(t.lines, p.who.from)
	}
}

// sweep lets go of places whose owners did not come back in time, now and then.
func (t *Turns) sweep(now time.Time) {
	if now.Before(t.sweepAt) {
		return
	}
	t.sweepAt = now.Add(time.Second)
	grace := 2 * t.o.patience
	var gone []*place
	for _, l := range t.lines {
		for _, p := range l.places {
			if p.ready == nil && now.Sub(p.due) > grace {
				gone = append(gone, p)
			}
		}
	}
	for _, p := range gone {
		t.remove(p)
	}
}

// Waiting is how many wait now.
func (t *Turns) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting)
}

// Promised is how many places are kept for those who were told when to come back.
func (t *Turns) Promised() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.places - len(t.waiting)
}

// Refused is how many were told to come back.
func (t *Turns) Refused() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.refused
}
