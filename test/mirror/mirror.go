// Package mirror is a client without the SDK that hears of changes and makes them, for tests. It
// keeps the texts and the states of all messages by the rules of the protocol's reference (sections
// 4 and 11) and by nothing else. So what it has at the end shows what the server itself promises.
package mirror

import (
	"bufio"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"parley/client"
	"parley/wire"
)

// Options are what a Mirror needs. The functions may be nil but for Dial. All but Dial are called
// with the Mirror locked: they must not call it.
type Options struct {
	User     int64
	Password string
	Device   string
	Dial     func(context.Context) (net.Conn, error)
	Rand     *rand.Rand    // for the Mirror alone
	Silence  time.Duration // after how long without a frame the connection counts as dead
	// Fresh: it knows nothing of what was before, and reads history instead of asking for states.
	Fresh bool

	Connecting func()
	// Shown is called with each message that comes, delivered or from history.
	Shown func(client.Conversation, *wire.Message)
	// Reached is called when everything up to a seq has been delivered.
	Reached func(of client.Conversation, seq int64)
	// Concluded is called when an entry has its outcome.
	Concluded func(*Entry)
	// Fault is called when the server does what it must not do.
	Fault func(format string, args ...any)
}

// Mirror is one device.
type Mirror struct {
	opts Options
	stop chan struct{}
	done chan struct{}

	mu       sync.Mutex
	line     *line // the connection, if there is one
	loggedIn bool
	convs    map[client.Conversation]*conv
	outbox   outbox
	fresh    bool
	asked    int // of how many conversations a fresh one reads the history
	loaded   int // and how many of them are read to their end
	// connections counts them.
	connections int
	frames      int64
	bytes       int64
}

// line is one connection. It has a writer of its own, so that who reads is not held up by a peer
// that does not.
type line struct {
	conn  net.Conn
	out   chan []byte
	ended chan struct{}
}

// ErrOpen stands in an entry that has no outcome yet, ErrForgotten in one whose outcome was
// forgotten.
var (
	ErrOpen      = errors.New("no answer yet")
	ErrForgotten = errors.New("the program forgot that it waited for this")
)

// Start starts a Mirror. It connects again and again until Close.
func Start(o Options) *Mirror {
	m := &Mirror{opts: o, fresh: o.Fresh, stop: make(chan struct{}), done: make(chan struct{}), convs: map[client.Conversation]*conv{}}
	m.outbox.next = 1
	go m.run()
	return m
}

func (m *Mirror) run() {
	defer close(m.done)
	for {
		select {
		case <-m.stop:
			return
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		c, err := m.opts.Dial(ctx)
		cancel()
		if err == nil {
			m.serve(c)
		}
		t := time.NewTimer(time.Duration(50+m.Draw(400)) * time.Millisecond)
		select {
		case <-t.C:
		case <-m.stop:
			t.Stop()
			return
		}
	}
}

// Draw returns a number below n.
func (m *Mirror) Draw(n int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.opts.Rand.IntN(n)
}

// Close ends the connection and the Mirror, and waits for its end.
func (m *Mirror) Close() {
	close(m.stop)
	m.mu.Lock()
	if m.line != nil {
		m.line.conn.Close()
	}
	m.mu.Unlock()
	<-m.done
}

// LoggedIn reports whether it is logged in.
func (m *Mirror) LoggedIn() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.loggedIn
}

// Received is how many frames 40 have come, and how many bytes.
func (m *Mirror) Received() (frames, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.frames, m.bytes
}

// Forget has the program lose all that it knew, as one without a disk that starts again.
func (m *Mirror) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.convs, m.fresh, m.loaded, m.asked = map[client.Conversation]*conv{}, true, 0, 0
	for _, e := range m.outbox.entries {
		m.conclude(e, ErrForgotten)
	}
	m.outbox = outbox{next: 1, forgot: true}
	if m.line != nil {
		m.line.conn.Close()
	}
}

// serve is one connection.
func (m *Mirror) serve(c net.Conn) {
	l := &line{conn: c, out: make(chan []byte, 512), ended: make(chan struct{})}
	var writer sync.WaitGroup
	writer.Go(l.write)
	defer writer.Wait()
	defer c.Close()
	defer close(l.ended)
	m.mu.Lock()
	m.line = l
	m.connections++
	if m.opts.Connecting != nil {
		m.opts.Connecting()
	}
	m.logIn()
	m.mu.Unlock()
	defer m.hungUp()
	lines := bufio.NewReader(c)
	for {
		_ = c.SetReadDeadline(time.Now().Add(m.opts.Silence))
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		frame, err := wire.DecodeServer(text[:len(text)-1])
		if err != nil {
			m.opts.Fault("%d/%s got a frame that is none: %q", m.opts.User, m.opts.Device, text)
			return
		}
		if !m.take(frame, len(text)) {
			return
		}
	}
}

func (l *line) write() {
	for {
		select {
		case <-l.ended:
			return
		case b := <-l.out:
			_ = l.conn.SetWriteDeadline(time.Now().Add(4 * time.Second))
			if _, err := l.conn.Write(b); err != nil {
				l.conn.Close() // the reader ends
				return
			}
		}
	}
}

func (m *Mirror) hungUp() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loggedIn, m.line = false, nil
	if m.loaded < m.asked { // what was read of history has holes
		m.fresh, m.loaded, m.asked = true, 0, 0
	}
	m.outbox.sent, m.outbox.paused = 0, false
	for _, v := range m.convs {
		v.pulling, v.waiting = false, nil
	}
}

// send is called with mu held, as everything below is but for take.
func (m *Mirror) send(q *wire.Request) {
	if m.line == nil {
		return
	}
	select {
	case m.line.out <- append(q.AppendJSON(nil), '\n'):
	default:
		m.line.conn.Close() // nothing gets out
	}
}

func (m *Mirror) logIn() {
	q := &wire.Request{Msgid: wire.Login, ID: m.opts.User, Pwd: m.opts.Password, Device: m.opts.Device, Changes: true}
	q.Set(wire.FID, wire.FPwd, wire.FDevice, wire.FChanges)
	if n, ok := m.outbox.oldest(); ok {
		q.SendNext = n
		q.Set(wire.FSendNext)
	}
	select {
	case <-m.stop:
		m.line.conn.Close()
	default:
		m.send(q)
	}
}

// take handles a frame, and reports whether the connection goes on.
func (m *Mirror) take(frame any, size int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bytes += int64(size)
	switch f := frame.(type) {
	case *wire.LoginReply:
		if f.Erron != 0 {
			return false
		}
		if !f.Changes {
			m.opts.Fault("%d/%s is not told that the server knows of changes", m.opts.User, m.opts.Device)
		}
		m.begin(f)
	case *wire.ConversationsReply:
		m.listed(f)
	case *wire.Message:
		m.message(f, true)
	case *wire.ChangedNotice:
		m.frames++
		m.changed(f)
	case *wire.StatesReply:
		m.pulled(f)
	case *wire.HistoryReply:
		m.read(f)
	case *wire.AckReply:
		return m.acked(f)
	}
	return true
}

func (m *Mirror) begin(f *wire.LoginReply) {
	m.loggedIn = true
	if m.outbox.forgot {
		m.outbox.next, m.outbox.forgot = f.LastSendSeq+1, false
	}
	if m.fresh {
		m.send(&wire.Request{Msgid: wire.Conversations})
	}
	m.tick(m.line)
	m.pump()
}

// tick acks and beats once a second.
func (m *Mirror) tick(l *line) {
	time.AfterFunc(time.Second, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.line != l {
			return
		}
		m.send(&wire.Request{Msgid: wire.Heartbeat})
		for name, v := range m.convs {
			if v.upTo == v.told {
				continue
			}
			q := requestTo(wire.Received, name)
			q.Seq = v.upTo
			q.Set(wire.FSeq)
			m.send(q)
			v.told = v.upTo
		}
		m.tick(l)
	})
}

// requestTo is a request about a conversation.
func requestTo(id wire.Msgid, name client.Conversation) *wire.Request {
	q := &wire.Request{Msgid: id, With: name.With, GID: name.GID}
	if name.GID != 0 {
		q.Set(wire.FGID)
	} else {
		q.Set(wire.FWith)
	}
	return q
}
