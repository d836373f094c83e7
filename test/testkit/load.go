package testkit

import (
	"flag"
	"math/rand/v2"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/internal/bench"
)

// BenchOf completes the options of a short load on one server, over TCP and WebSocket.
func BenchOf(p *Process, o bench.Options) bench.Options {
	o.Servers = []string{"tcp://" + p.TCP, "ws://" + p.HTTP}
	o.Verify, o.Warmup = true, 100*time.Millisecond
	if o.Duration == 0 {
		o.Duration = 500 * time.Millisecond
	}
	if o.Settle == 0 {
		o.Settle = Patience
	}
	return o
}

// MustBeClean wants a load to have ended with nothing lost, doubled or out of order.
func MustBeClean(t *testing.T, rep bench.Report, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !rep.Clean() {
		t.Errorf("the account is not clean:\n%s", rep.Text())
	}
}

// Rounds is how many faults each scenario makes. `make chaos` makes 100.
var Rounds = flag.Int("chaos.rounds", 6, "faults in each crash scenario")

// Progress reads the lines that a load writes, one a second from its start on: whether
// messages are acked stands in them, and not in that there are lines.
type Progress struct {
	mu    sync.Mutex
	acked int64
	// More holds one token when acked has grown.
	More chan struct{}
}

// NewProgress returns one for the Progress option of a load.
func NewProgress() *Progress { return &Progress{More: make(chan struct{}, 1)} }

var ackedCount = regexp.MustCompile(`acked (\d+) `)

// Write takes lines of a load.
func (p *Progress) Write(b []byte) (int, error) {
	m := ackedCount.FindSubmatch(b)
	if m == nil {
		return len(b), nil // still making accounts
	}
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n > p.acked {
		p.acked = n
		select {
		case p.More <- struct{}{}:
		default:
		}
	}
	return len(b), nil
}

// Wait waits until a line tells of more acked messages than the last one before it did.
func (p *Progress) Wait(t testing.TB) {
	t.Helper()
	select {
	case <-p.More: // of before
	default:
	}
	select {
	case <-p.More:
	case <-time.After(Patience):
		t.Fatal("the load makes no progress")
	}
}

// Anytime waits for a moment that is drawn: the point of a fault is that it comes anywhere in
// what the program does.
func Anytime() { time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond) }
