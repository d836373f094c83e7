package sim

import (
	"bufio"
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"parley/client"
	"parley/wire"
)

// plain is a client without the SDK: it displays what comes as it comes, so that it
// shows what the server itself promises. It sends nothing. With a device it acks
// (frame 13), without one its cursor moves as its machine takes the bytes.
type plain struct {
	world  *world
	user   *account
	device string
	slow   bool
	rng    *rand.Rand
	screen *screen
	stop   chan struct{}
	done   chan struct{}

	mu       sync.Mutex
	conn     *conn
	loggedIn bool
	shown    map[client.Conversation]int64
	told     map[client.Conversation]int64
	jumps    []jump
}

// jump is a message that did not follow the one displayed before it.
type jump struct {
	conv     client.Conversation
	from, to int64
}

func (w *world) startPlain(u *account, device string, slow bool) *plain {
	p := &plain{
		world: w, user: u, device: device, slow: slow, rng: split(w.rng),
		screen: w.record.newScreen(deviceKey{u.id, device}),
		stop:   make(chan struct{}), done: make(chan struct{}),
		shown: map[client.Conversation]int64{}, told: map[client.Conversation]int64{},
	}
	go p.run()
	return p
}

func (p *plain) run() {
	defer close(p.done)
	dial := p.world.dialer(p.rng)
	for {
		select {
		case <-p.stop:
			return
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		c, err := dial(ctx, "", "")
		cancel()
		if err == nil {
			p.serve(c.(*conn))
		}
		t := time.NewTimer(time.Duration(50+p.rng.IntN(400)) * time.Millisecond)
		select {
		case <-t.C:
		case <-p.stop:
			t.Stop()
			return
		}
	}
}

func (p *plain) close() {
	close(p.stop)
	p.mu.Lock()
	if p.conn != nil {
		p.conn.Close()
	}
	p.mu.Unlock()
	<-p.done
}

// serve is one connection.
func (p *plain) serve(c *conn) {
	defer c.Close()
	p.mu.Lock()
	p.conn = c
	p.mu.Unlock()
	select {
	case <-p.stop:
		return
	default:
	}
	defer func() {
		p.mu.Lock()
		p.loggedIn = false
		p.mu.Unlock()
	}()
	q := &wire.Request{Msgid: wire.Login, ID: int64(p.user.id), Pwd: password, Device: p.device}
	q.Set(wire.FID, wire.FPwd)
	if p.device != "" {
		q.Set(wire.FDevice)
	}
	if p.write(c, q) != nil {
		return
	}
	var ticker *time.Timer
	defer func() {
		if ticker != nil {
			ticker.Stop()
		}
	}()
	lines := bufio.NewReader(c)
	last := map[client.Conversation]int64{} // on this connection
	for {
		_ = c.SetReadDeadline(time.Now().Add(heartbeat * 5 / 2))
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		frame, err := wire.DecodeServer(line[:len(line)-1])
		if err != nil {
			p.world.record.violated("%d/%s got a frame that is none: %q", p.user.id, p.device, line)
			return
		}
		switch f := frame.(type) {
		case *wire.LoginReply:
			if f.Erron != 0 {
				return
			}
			p.mu.Lock()
			p.loggedIn = true
			p.mu.Unlock()
			ticker = p.tick(c)
		case *wire.Message:
			p.show(f, last)
			if p.slow {
				time.Sleep(time.Duration(p.rng.IntN(40)) * time.Millisecond)
			}
		}
	}
}

// tick acks and beats once a second.
func (p *plain) tick(c *conn) *time.Timer {
	var t *time.Timer
	t = time.AfterFunc(time.Second, func() {
		q := &wire.Request{Msgid: wire.Heartbeat}
		_ = c.SetWriteDeadline(time.Now().Add(500 * time.Millisecond))
		if p.write(c, q) != nil || p.device != "" && p.tell(c) != nil {
			return
		}
		t.Reset(time.Second)
	})
	return t
}

func (p *plain) tell(c *conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range p.world.names(p.user) {
		seq := p.shown[name]
		if seq == p.told[name] {
			continue
		}
		q := &wire.Request{Msgid: wire.Received, With: name.With, GID: name.GID, Seq: seq}
		q.Set(wire.FSeq)
		if name.GID != 0 {
			q.Set(wire.FGID)
		} else {
			q.Set(wire.FWith)
		}
		if err := p.write(c, q); err != nil {
			return err
		}
		p.told[name] = seq
	}
	return nil
}

func (p *plain) write(c *conn, q *wire.Request) error {
	_, err := c.Write(append(q.AppendJSON(nil), '\n'))
	return err
}

// show displays a message that is new, and checks the order on this connection.
func (p *plain) show(m *wire.Message, last map[client.Conversation]int64) {
	name := client.Direct(m.ID)
	switch {
	case m.GID != 0:
		name = client.Group(m.GID)
	case m.ID == int64(p.user.id):
		name = client.Direct(m.To)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	before, known := last[name]
	last[name] = m.Seq
	if !known {
		before = min(m.Seq-1, p.shown[name]) // the server may go back, but not leave out
	}
	if m.Seq != before+1 {
		p.jumps = append(p.jumps, jump{name, before, m.Seq})
	}
	if m.Seq <= p.shown[name] {
		p.told[name] = 0 // the server does not know yet
		return
	}
	p.shown[name] = m.Seq
	p.world.record.display(p.screen, name, p.world.convID(p.user, name), m.Seq, m.Msg)
}

func (p *plain) state() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loggedIn
}

// tryLogin logs in once without a device, and out again; it reports whether it could.
func (w *world) tryLogin(u *account, rng *rand.Rand) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c, err := w.dialer(rng)(ctx, "", "")
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	q := &wire.Request{Msgid: wire.Login, ID: int64(u.id), Pwd: password}
	q.Set(wire.FID, wire.FPwd)
	out := &wire.Request{Msgid: wire.Logout}
	if _, err := c.Write(append(append(q.AppendJSON(nil), '\n'), out.AppendJSON(nil)...)); err != nil {
		return false
	}
	lines := bufio.NewReader(c)
	in := false
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return false
		}
		switch f, _ := wire.DecodeServer(line[:len(line)-1]); f := f.(type) {
		case *wire.LoginReply:
			if in = f.Erron == 0; !in {
				return false
			}
		case *wire.AckReply:
			if f.Re == wire.Logout {
				return in
			}
		}
	}
}
