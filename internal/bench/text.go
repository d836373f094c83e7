package bench

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"
)

// stamp is what a message says of itself.
type stamp struct {
	sender int           // the index of the user who sent it
	number int64         // the sender's own number of it: 1, 2, 3, …
	born   time.Duration // when it was due, since the run began, in whole microseconds
}

// scribe writes and reads the texts of one run: "run.sender.number.born.xxx…".
type scribe struct {
	run string // tells this run's messages from any others
	pad string // as long as a text is to be
}

func newScribe(size int) scribe {
	return scribe{run: random(), pad: strings.Repeat("x", size)}
}

// random is a word that nobody guesses and nobody else draws.
func random() string { return strings.ToLower(rand.Text()[:6]) }

func (s scribe) text(t stamp) string {
	b := make([]byte, 0, len(s.pad)+40)
	b = append(b, s.run...)
	for _, n := range [...]int64{int64(t.sender), t.number, t.born.Microseconds()} {
		b = append(b, '.')
		b = strconv.AppendInt(b, n, 10)
	}
	b = append(b, '.')
	if len(b) < len(s.pad) {
		b = append(b, s.pad[len(b):]...)
	}
	return string(b)
}

// read is the opposite of text; ok is false for a text that is not this run's.
func (s scribe) read(text string) (t stamp, ok bool) {
	rest, ours := strings.CutPrefix(text, s.run)
	if !ours {
		return t, false
	}
	var n [3]int64
	for i := range n {
		if rest, ok = strings.CutPrefix(rest, "."); !ok {
			return t, false
		}
		end := strings.IndexByte(rest, '.')
		if end < 0 {
			return t, false
		}
		var err error
		if n[i], err = strconv.ParseInt(rest[:end], 10, 64); err != nil || n[i] < 0 {
			return t, false
		}
		rest = rest[end:]
	}
	return stamp{sender: int(n[0]), number: n[1], born: time.Duration(n[2]) * time.Microsecond}, true
}
