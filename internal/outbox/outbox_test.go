package outbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

// recorder is a connection that remembers its writes; while gate is held, a write blocks.
type recorder struct {
	mu      sync.Mutex
	writes  [][]byte
	closed  bool
	unsent  int
	hold    chan struct{} // nil: writes do not block
	started chan struct{}
	dead    chan struct{}
}

func newRecorder(hold bool) *recorder {
	r := &recorder{dead: make(chan struct{}), started: make(chan struct{}, 1024)}
	if hold {
		r.hold = make(chan struct{})
	}
	return r
}

func (r *recorder) Write(p []byte) error {
	r.started <- struct{}{}
	if r.hold != nil {
		select {
		case <-r.hold:
		case <-r.dead:
			return net.ErrClosed
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return net.ErrClosed
	}
	r.writes = append(r.writes, bytes.Clone(p))
	return nil
}

func (r *recorder) Unsent() int { return r.unsent }

func (r *recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.closed = true
		close(r.dead)
	}
	return nil
}

func (r *recorder) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(bytes.Join(r.writes, nil))
}

// finisher is a recorder that sees to its own end.
type finisher struct {
	*recorder
	finished chan struct{}
}

func (f finisher) Finish() { close(f.finished) }

func TestWritesABatchAtOnce(t *testing.T) {
	r := newRecorder(false)
	o := New(r, Options{})
	for i := range 10 {
		o.Queue(wire.AppendFramed(nil, wire.Lines, fmt.Appendf(nil, `{"n":%d}`, i)))
	}
	if o.Drained() {
		t.Error("drained with ten frames queued")
	}
	o.Flush()
	o.Join()
	if len(r.writes) != 1 || bytes.Count(r.writes[0], []byte{'\n'}) != 10 {
		t.Errorf("writes: %q", r.writes)
	}
	if !o.Drained() {
		t.Error("not drained after the write")
	}
	r.unsent = 5
	if o.Drained() {
		t.Error("drained while the peer's kernel lacks 5 bytes")
	}
	if o.tail != nil {
		t.Error("an idle outbox holds a buffer")
	}
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		framing wire.Framing
		want    string
	}{{wire.Lines, "{}\n[]\n"}, {wire.WebSocket, "\x81\x02{}\x81\x02[]\x88\x02\x03\xe8"}} {
		r := newRecorder(false)
		o := New(r, Options{Framing: c.framing})
		o.Send([]byte("{}"))
		o.Last([]byte("[]"))
		o.Send([]byte("too late"))
		o.Last([]byte("too late"))
		<-r.dead
		o.Join()
		if got := r.all(); got != c.want {
			t.Errorf("framing %v: wrote %q, want %q", c.framing, got, c.want)
		}
		if !errors.Is(o.Err(), ErrFinished) || !o.Ending() {
			t.Errorf("err %v", o.Err())
		}
	}
}

func TestSpillsOverChunksInOrder(t *testing.T) {
	r := newRecorder(true)
	o := New(r, Options{Soft: 1 << 20})
	var want bytes.Buffer
	for i := range 3000 {
		frame := bytes.Repeat([]byte{byte('a' + i%26)}, (i*37)%700)
		if i%500 == 0 {
			frame = bytes.Repeat([]byte{'Z'}, 100_000)
		}
		want.Write(frame)
		want.WriteByte('\n')
		o.Send(frame)
	}
	if got := o.Queued(); got != want.Len() {
		t.Errorf("queued %d bytes, want %d", got, want.Len())
	}
	close(r.hold)
	if err := o.Wait(nil); err != nil {
		t.Fatal(err)
	}
	o.Last(nil)
	<-r.dead
	if r.all() != want.String() {
		t.Error("what was written is not what was queued")
	}
}

func TestBounds(t *testing.T) {
	r := newRecorder(true)
	o := New(r, Options{Soft: 1000, Hard: 4000})
	kb := make([]byte, 999)
	o.Send(kb)
	<-r.started // the writer has it, and it still counts
	if o.Full() {
		t.Error("full at the soft limit")
	}
	o.Send(nil)
	if !o.Full() {
		t.Error("not full past the soft limit")
	}
	stop := make(chan struct{})
	close(stop)
	if err := o.Wait(stop); !errors.Is(err, ErrStopped) {
		t.Errorf("Wait with stop: %v", err)
	}
	for range 2 {
		o.Queue(kb)
	}
	waited := make(chan error)
	go func() { waited <- o.Wait(nil) }()
	o.Queue(kb)
	o.Queue(kb) // past the hard limit
	if err := <-waited; !errors.Is(err, ErrSlow) {
		t.Errorf("Wait: %v, want ErrSlow", err)
	}
	<-r.dead
	o.Join()
	if o.Queued() != 0 || o.Drained() {
		t.Errorf("dead: %d bytes queued, drained %v", o.Queued(), o.Drained())
	}
	o.Send(kb)
	if o.Queued() != 0 {
		t.Error("a dead outbox takes bytes")
	}
}

func TestWaitsForRoom(t *testing.T) {
	r := newRecorder(true)
	o := New(r, Options{Soft: 1000})
	o.Queue(make([]byte, 1500))
	waited := make(chan error)
	go func() { waited <- o.Wait(nil) }() // starts the writer by itself
	<-r.started
	close(r.hold)
	if err := <-waited; err != nil {
		t.Error(err)
	}
	o.Join()
}

func TestLastHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		o := New(pipe{here}, Options{})
		begin := time.Now()
		o.Last([]byte("{}")) // nobody reads
		if err := o.Wait(nil); !errors.Is(err, ErrFinished) {
			t.Errorf("Wait after Last: %v", err)
		}
		o.Join()
		if took := time.Since(begin); took != DefaultLinger {
			t.Errorf("closed after %v", took)
		}
		if !errors.Is(o.Err(), ErrLinger) || o.Drained() {
			t.Errorf("err %v, drained %v", o.Err(), o.Drained())
		}
		if _, err := there.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("the other end: %v", err)
		}
	})
}

func TestFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := finisher{newRecorder(false), make(chan struct{})}
		o := New(f, Options{})
		o.Last([]byte("{}"))
		<-f.finished
		o.Join()
		time.Sleep(2 * DefaultLinger) // in the bubble: the timer of Last must be off
		if f.closed {
			t.Error("closed a connection that sees to its own end")
		}
		if !o.Drained() {
			t.Error("not drained though all was written")
		}
	})
}

func TestWriteError(t *testing.T) {
	here, there := net.Pipe()
	_ = there.Close()
	o := New(pipe{here}, Options{})
	o.Send([]byte("{}"))
	o.Join()
	if !errors.Is(o.Err(), io.ErrClosedPipe) || o.Drained() {
		t.Errorf("err %v, drained %v", o.Err(), o.Drained())
	}
}

// TestOutboxConcurrent lets everything happen at once, for the race detector.
func TestConcurrent(t *testing.T) {
	for range 50 {
		r := newRecorder(false)
		r.started = make(chan struct{}, 10_000)
		o := New(r, Options{Soft: 1 << 20})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 100 {
					o.Queue([]byte("0123456789\n"))
					o.Flush()
					o.Full()
					o.Drained()
				}
			})
		}
		all.Wait()
		o.Last(nil)
		<-r.dead
		o.Join()
		if n := len(r.all()); n != 4*100*11 {
			t.Fatalf("%d bytes arrived", n)
		}
	}
}

// pipe makes a net.Conn a Conn.
type pipe struct{ net.Conn }

func (p pipe) Write(b []byte) error { _, err := p.Conn.Write(b); return err }
func (p pipe) Unsent() int          { return 0 }

// discard is a connection that takes everything at once.
type discard struct{}

func (discard) Write([]byte) error { return nil }
func (discard) Unsent() int        { return 0 }
func (discard) Close() error       { return nil }

var frame200 = wire.AppendFramed(nil, wire.Lines, bytes.Repeat([]byte{'x'}, 199))

// BenchmarkQueue is one message into an outbox whose writer is not started.
func BenchmarkQueue(b *testing.B) {
	o := New(discard{}, Options{Hard: 1 << 30, Soft: 1 << 29})
	b.ReportAllocs()
	for i := range b.N {
		o.Queue(frame200)
		if i&63 == 63 {
			o.mu.Lock()
			o.drop()
			o.mu.Unlock()
		}
	}
}

// BenchmarkQueueFlush is a lone message, its writer goroutine included.
func BenchmarkQueueFlush(b *testing.B) {
	o := New(discard{}, Options{Hard: 1 << 30, Soft: 1 << 29})
	b.ReportAllocs()
	for range b.N {
		o.Queue(frame200)
		o.Flush()
	}
	o.Join()
}

// BenchmarkFanOut is one framed message to 1,000 in-memory outboxes; the time is for
// one delivery, its writer goroutine included.
func BenchmarkFanOut(b *testing.B) {
	var written sync.WaitGroup
	boxes := make([]*Outbox, 1000)
	for i := range boxes {
		boxes[i] = New(counted{done: &written}, Options{Hard: 1 << 30, Soft: 1 << 29})
	}
	benchmarkFanOut(b, boxes, &written)
}

// BenchmarkFanOutSockets is the same to 100 TCP connections over loopback, with the
// readers' work in it.
func BenchmarkFanOutSockets(b *testing.B) {
	var written sync.WaitGroup
	boxes, closeAll := socketBoxes(b, 100, &written)
	defer closeAll()
	benchmarkFanOut(b, boxes, &written)
}

func benchmarkFanOut(b *testing.B, boxes []*Outbox, written *sync.WaitGroup) {
	b.ReportAllocs()
	b.ResetTimer()
	for range max(1, b.N/len(boxes)) {
		written.Add(len(boxes))
		for _, o := range boxes {
			o.Queue(frame200)
			o.Flush()
		}
		written.Wait()
	}
}

// counted tells of each write, and passes it on to the connection if it has one.
type counted struct {
	net.Conn
	done *sync.WaitGroup
}

func (c counted) Write(p []byte) (err error) {
	if c.Conn != nil {
		_, err = c.Conn.Write(p)
	}
	c.done.Done()
	return err
}

func (c counted) Unsent() int { return 0 }

func socketBoxes(b *testing.B, n int, written *sync.WaitGroup) (boxes []*Outbox, closeAll func()) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var conns []net.Conn
	var readers sync.WaitGroup
	for range n {
		there, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		here, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		conns = append(conns, here, there)
		readers.Go(func() { _, _ = io.Copy(io.Discard, there) })
		boxes = append(boxes, New(counted{here, written}, Options{}))
	}
	return boxes, func() {
		_ = ln.Close()
		for _, c := range conns {
			_ = c.Close()
		}
		readers.Wait()
	}
}
