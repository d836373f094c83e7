package bench

import (
	"fmt"
	"sync"
)

// ref names one message within its conversation: who of its senders, and the sender's
// number. 0 is no message, foreign one that is not of this run.
type ref uint64

const (
	foreign    ref = 1<<64 - 1
	numberBits     = 40
)

func refTo(sender int, number int64) ref { return ref(sender+1)<<numberBits | ref(number) }

func (f ref) sender() int   { return int(f>>numberBits) - 1 }
func (f ref) number() int64 { return int64(f & (1<<numberBits - 1)) }

// ledger is the account of one conversation: what was acked, what each member
// displayed, and where each message stands. Members are numbered 0, 1, 2, …; the first
// of them send. It may be used from any goroutine.
type ledger struct {
	// Static.
	label   string // for findings: "group 7"
	base    int64  // the last seq before the run
	senders int

	mu       sync.Mutex
	places   []ref     // by seq after base: what an ack or a display said first; 0: nobody yet
	acks     [][]int64 // by sender, and number-1: the seq of the ack; 0: none
	highest  int64     // seq that was acked
	members  []member
	faults   Faults
	findings []string
}

// member is what one member has displayed.
type member struct {
	last  int64 // the highest seq
	known int64 // up to here it was displayed by a client that has ended
	seen  []sequence
}

// sequence is which of one sender's numbers were displayed: all up to upTo but the
// missing.
type sequence struct {
	upTo    int64
	missing map[int64]struct{}
}

// maxFindings of one conversation are put into words, and of a report.
const maxFindings = 20

func newLedger(label string, base int64, members, senders int) *ledger {
	l := &ledger{label: label, base: base, senders: senders, acks: make([][]int64, senders), members: make([]member, members)}
	for i := range l.members {
		l.members[i].last = base
		l.members[i].seen = make([]sequence, senders)
	}
	return l
}

// acked notes an ack.
func (l *ledger) acked(sender int, number, seq int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for int64(len(l.acks[sender])) < number {
		l.acks[sender] = append(l.acks[sender], 0)
	}
	l.acks[sender][number-1] = seq
	l.highest = max(l.highest, seq)
	if !l.stands(seq, refTo(sender, number)) {
		l.misordered("%s: the ack says seq %d, where another message stands", l.name(refTo(sender, number)), seq)
	}
}

// displayed notes that a member has displayed a message at a seq.
func (l *ledger) displayed(who int, seq int64, m ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := &l.members[who]
	if seq <= v.known {
		return
	}
	again, late := v.seen[m.sender()].note(m.number())
	switch {
	case again:
		l.faults.Duplicated++
		l.find("%s: displayed again by member %d, at seq %d", l.name(m), who, seq)
	case late || seq <= v.last:
		l.misordered("%s: displayed by member %d at seq %d, after a later one (seq %d)", l.name(m), who, seq, v.last)
	case !l.stands(seq, m):
		l.misordered("%s: displayed by member %d at seq %d, where another message stands", l.name(m), who, seq)
	}
	v.last = max(v.last, seq)
}

// note takes a number; again says it was noted before, late that a later one was.
func (s *sequence) note(number int64) (again, late bool) {
	if number > s.upTo {
		for n := s.upTo + 1; n < number; n++ {
			if s.missing == nil {
				s.missing = make(map[int64]struct{})
			}
			s.missing[n] = struct{}{}
		}
		s.upTo = number
		return false, false
	}
	if !s.lacks(number) {
		return true, false
	}
	delete(s.missing, number)
	return false, true
}

func (s *sequence) lacks(number int64) bool {
	_, missing := s.missing[number]
	return missing || number > s.upTo
}

// stands reports whether m is what stands at seq, as far as anybody has said. The lock
// is held.
func (l *ledger) stands(seq int64, m ref) bool {
	const leap = 1 << 24 // no honest seq is so far ahead of all others
	i := seq - l.base - 1
	if i < 0 || i > int64(len(l.places))+leap {
		return false
	}
	for int64(len(l.places)) <= i {
		l.places = append(l.places, 0)
	}
	if l.places[i] == 0 {
		l.places[i] = m
	}
	return l.places[i] == m
}

// renewed says that a member's client has ended and a new one follows: what was
// displayed is known, and told again it is to be passed over, as by any program that
// remembers what it has shown.
func (l *ledger) renewed(who int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.members[who].known = l.members[who].last
}

// settled reports whether everybody has displayed up to the last ack.
func (l *ledger) settled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.members {
		if l.members[i].last < l.highest {
			return false
		}
	}
	return true
}

// audit holds all that was noted against the log, which has the messages after base,
// 0 for a hole. It returns the faults of the whole run, and the first of them in words.
func (l *ledger) audit(log []ref) (Faults, []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.auditLog(log)
	for sender, acks := range l.acks {
		for i, seq := range acks {
			if seq != 0 {
				l.auditAck(log, refTo(sender, int64(i)+1), seq)
			}
		}
	}
	return l.faults, l.findings
}

// auditLog looks at the log alone, and at what displays said of it.
func (l *ledger) auditLog(log []ref) {
	seen := make([]sequence, l.senders)
	for i, m := range log {
		seq := l.base + 1 + int64(i)
		said := ref(0)
		if i < len(l.places) {
			said = l.places[i]
		}
		switch {
		case m == 0:
			if !l.claims(said, seq) { // else the ack is what is lost
				l.lost("%s: the log has a hole at seq %d", l.label, seq)
			}
			continue
		case said != 0 && said != m && !l.claims(said, seq):
			l.misordered("%s: displayed at seq %d, where the log has another message", l.name(said), seq)
		}
		if m == foreign {
			continue
		}
		again, late := seen[m.sender()].note(m.number())
		if again {
			l.faults.Duplicated++
			l.find("%s: stored again, at seq %d", l.name(m), seq)
		}
		if late {
			l.misordered("%s: stored at seq %d, after a later one of the same sender", l.name(m), seq)
		}
	}
	for i := len(log); i < len(l.places); i++ {
		seq := l.base + 1 + int64(i)
		if said := l.places[i]; said != 0 && !l.claims(said, seq) {
			l.misordered("%s: displayed at seq %d, which the log does not have", l.name(said), seq)
		}
	}
}

// claims reports whether the ack of m says seq.
func (l *ledger) claims(m ref, seq int64) bool {
	if m == 0 || m == foreign {
		return false
	}
	acks := l.acks[m.sender()]
	return m.number() <= int64(len(acks)) && acks[m.number()-1] == seq
}

// auditAck looks for an acked message in the log and with every member.
func (l *ledger) auditAck(log []ref, m ref, seq int64) {
	if i := seq - l.base - 1; i < 0 || i >= int64(len(log)) || log[i] != m {
		l.lost("%s: acked with seq %d, where the log does not have it", l.name(m), seq)
		return
	}
	for who := range l.members {
		v := &l.members[who]
		if v.seen[m.sender()].lacks(m.number()) {
			l.lost("%s: acked with seq %d, never displayed by member %d", l.name(m), seq, who)
		}
	}
}

func (l *ledger) lost(format string, args ...any) {
	l.faults.Lost++
	l.find(format, args...)
}

func (l *ledger) misordered(format string, args ...any) {
	l.faults.Misordered++
	l.find(format, args...)
}

func (l *ledger) find(format string, args ...any) {
	if len(l.findings) < maxFindings {
		l.findings = append(l.findings, fmt.Sprintf(format, args...))
	}
}

// name is a message in words. The arguments of find are evaluated even where there is
// no room left, which only costs time where much is broken.
func (l *ledger) name(m ref) string {
	return fmt.Sprintf("%s, member %d's message %d", l.label, m.sender(), m.number())
}
