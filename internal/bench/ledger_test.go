package bench

import (
	"strings"
	"testing"
)

// story is two members, both of whom send, and a log that begins after seq 10.
type story struct {
	*ledger
	log []ref
}

// honest is a run without a fault: six messages by turns, acked and displayed by both.
func honest() *story {
	s := &story{ledger: newLedger("user 1 and 2", 10, 2, 2)}
	for i := range 6 {
		sender, number, seq := i%2, int64(i/2+1), int64(11+i)
		s.log = append(s.log, refTo(sender, number))
		s.acked(sender, number, seq)
		s.displayed(0, seq, refTo(sender, number))
		s.displayed(1, seq, refTo(sender, number))
	}
	return s
}

// next is the message that would come next.
func (s *story) next() (m ref, seq int64) { return refTo(0, 4), 17 }

func TestPlantedFaults(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*story)
		want  Faults
		words string
	}{
		"none": {func(*story) {}, Faults{}, ""},
		"a message that nobody acked is in the log": {func(s *story) {
			m, _ := s.next()
			s.log = append(s.log, m)
		}, Faults{}, ""},
		"an acked message is not in the log": {func(s *story) {
			m, seq := s.next()
			s.acked(m.sender(), m.number(), seq)
			s.displayed(0, seq, m)
			s.displayed(1, seq, m)
		}, Faults{Lost: 1}, "acked with seq 17, where the log does not have it"},
		"an acked message has another's place in the log": {func(s *story) {
			s.log[2] = foreign
		}, Faults{Lost: 1}, "acked with seq 13"},
		"a hole where nothing was acked": {func(s *story) {
			m, _ := s.next()
			s.log = append(s.log, 0, m)
		}, Faults{Lost: 1}, "hole at seq 17"},
		"a hole where something was acked counts once": {func(s *story) {
			s.log[5] = 0
		}, Faults{Lost: 1}, "acked with seq 16"},
		"one member never displays the last message": {func(s *story) {
			m, seq := s.next()
			s.log = append(s.log, m)
			s.acked(m.sender(), m.number(), seq)
			s.displayed(0, seq, m)
		}, Faults{Lost: 1}, "never displayed by member 1"},
		"one member never displays one in the middle": {func(s *story) {
			m, seq := s.next()
			after := refTo(0, 5)
			s.log = append(s.log, m, after)
			for i, f := range []ref{m, after} {
				s.acked(f.sender(), f.number(), seq+int64(i))
				s.displayed(0, seq+int64(i), f)
			}
			s.displayed(1, seq+1, after)
		}, Faults{Lost: 1}, "message 4: acked with seq 17, never displayed by member 1"},
		"a message is displayed twice": {func(s *story) {
			s.displayed(1, 16, refTo(1, 3))
		}, Faults{Duplicated: 1}, "displayed again by member 1"},
		"an old message is displayed twice": {func(s *story) {
			s.displayed(1, 11, refTo(0, 1))
		}, Faults{Duplicated: 1}, "displayed again by member 1"},
		"a message is stored twice": {func(s *story) {
			s.log = append(s.log, refTo(1, 3))
		}, Faults{Duplicated: 1}, "stored again, at seq 17"},
		"a message is stored and displayed twice": {func(s *story) {
			s.log = append(s.log, refTo(1, 3))
			s.displayed(0, 17, refTo(1, 3))
		}, Faults{Duplicated: 2}, "again"},
		"two of one sender are displayed the wrong way round": {func(s *story) {
			m, seq := s.next()
			after := refTo(0, 5)
			s.log = append(s.log, m, after)
			for i, f := range []ref{m, after} {
				s.acked(f.sender(), f.number(), seq+int64(i))
				s.displayed(0, seq+int64(i), f)
			}
			s.displayed(1, seq+1, after)
			s.displayed(1, seq, m)
		}, Faults{Misordered: 1}, "displayed by member 1 at seq 17, after a later one (seq 18)"},
		"two of two senders are displayed the wrong way round": {func(s *story) {
			a, seq := s.next()
			b := refTo(1, 4)
			s.log = append(s.log, a, b)
			s.displayed(0, seq+1, b)
			s.displayed(0, seq, a)
			s.displayed(1, seq, a)
			s.displayed(1, seq+1, b)
		}, Faults{Misordered: 1}, "displayed by member 0 at seq 17"},
		"two members see two orders": {func(s *story) {
			a, seq := s.next()
			b := refTo(1, 4)
			s.log = append(s.log, a, b)
			s.displayed(0, seq, a)
			s.displayed(0, seq+1, b)
			s.displayed(1, seq, b)
			s.displayed(1, seq+1, a)
		}, Faults{Misordered: 2}, "where another message stands"},
		"what was displayed is not what the log has": {func(s *story) {
			a, seq := s.next()
			s.log = append(s.log, refTo(1, 4))
			s.displayed(0, seq, a)
			s.displayed(1, seq, a)
		}, Faults{Misordered: 1}, "where the log has another message"},
		"what was displayed is not in the log": {func(s *story) {
			a, seq := s.next()
			s.displayed(0, seq, a)
		}, Faults{Misordered: 1}, "which the log does not have"},
		"a sender's messages are stored the wrong way round": {func(s *story) {
			s.log = append(s.log, refTo(0, 5), refTo(0, 4))
		}, Faults{Misordered: 1}, "stored at seq 18, after a later one"},
		"two acks name one seq": {func(s *story) {
			s.acked(0, 4, 16)
			s.displayed(0, 17, refTo(0, 4))
			s.displayed(1, 17, refTo(0, 4))
			s.log = append(s.log, refTo(0, 4))
		}, Faults{Lost: 1, Misordered: 1}, "the ack says seq 16"},
		"a new client is told again what the old one displayed": {func(s *story) {
			s.renewed(1)
			s.displayed(1, 16, refTo(1, 3))
		}, Faults{}, ""},
		"a message is displayed at a seq before the run": {func(s *story) {
			m, _ := s.next()
			s.displayed(1, 3, m)
		}, Faults{Misordered: 1}, "at seq 3"},
		"a seq from nowhere": {func(s *story) {
			m, _ := s.next()
			s.displayed(1, 1<<60, m)
		}, Faults{Misordered: 1}, "where another message stands"},
	} {
		t.Run(name, func(t *testing.T) {
			s := honest()
			c.plant(s)
			got, findings := s.audit(s.log)
			if got != c.want {
				t.Errorf("found %+v, want %+v: %q", got, c.want, findings)
			}
			if all := strings.Join(findings, "\n"); !strings.Contains(all, c.words) || c.words == "" && all != "" {
				t.Errorf("in words: %q, want %q", all, c.words)
			}
		})
	}
}

func TestSettled(t *testing.T) {
	s := honest()
	if !s.settled() {
		t.Fatal("everybody has displayed everything")
	}
	m, seq := s.next()
	s.displayed(0, seq, m)
	s.acked(m.sender(), m.number(), seq)
	if s.settled() {
		t.Fatal("member 1 has not displayed the last one")
	}
	s.displayed(1, seq, m)
	if !s.settled() {
		t.Fatal("now member 1 has")
	}
}

// The account must cost little beside what it judges.
func BenchmarkDisplayed(b *testing.B) {
	l := newLedger("x", 0, 1, 1)
	for i := range b.N {
		l.displayed(0, int64(i+1), refTo(0, int64(i+1)))
	}
}
