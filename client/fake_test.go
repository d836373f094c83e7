package client

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

// fake is a scripted server behind Options.Dialer: the test plays its part frame by
// frame, over in-memory connections and fake time.
type fake struct {
	t     *testing.T
	conns chan net.Conn
	dials int
	down  bool   // refuses connections
	log   string // the name of its log
}

func newFake(t *testing.T) *fake { return &fake{t: t, conns: make(chan net.Conn, 8)} }

func (f *fake) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	f.dials++
	if f.down {
		return nil, fmt.Errorf("connection refused")
	}
	ours, theirs := net.Pipe()
	select {
	case f.conns <- ours:
		return theirs, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// peer is the server's end of one connection.
type peer struct {
	t    *testing.T
	conn net.Conn
	in   chan *wire.Request
}

// accept waits for the client's next connection.
func (f *fake) accept() *peer {
	f.t.Helper()
	var conn net.Conn
	select {
	case conn = <-f.conns:
	case <-time.After(time.Hour):
		f.t.Fatal("the client did not connect")
	}
	p := &peer{t: f.t, conn: conn, in: make(chan *wire.Request, 4096)}
	go func() {
		defer close(p.in)
		scan := bufio.NewScanner(conn)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			var q wire.Request
			if err := wire.DecodeRequest(scan.Bytes(), &q); err != nil {
				f.t.Errorf("the client sent %s: %v", scan.Bytes(), err)
				return
			}
			q.RID = append([]byte(nil), q.RID...)
			p.in <- &q
		}
	}()
	return p
}

// forget closes connections that nobody has accepted: those of a client that is gone.
func (f *fake) forget() {
	for {
		select {
		case conn := <-f.conns:
			conn.Close()
		default:
			return
		}
	}
}

// login accepts a connection and its login, and waits until the client has taken the
// answer: a pipe's write returns once it is read, before the client is logged in. It
// returns the login frame.
func (f *fake) login(lastSendSeq int64) (*peer, *wire.Request) {
	f.t.Helper()
	return f.loginTo(lastSendSeq, true)
}

// loginTo is login to a server that knows of changes, or does not.
func (f *fake) loginTo(lastSendSeq int64, changes bool) (*peer, *wire.Request) {
	f.t.Helper()
	p := f.accept()
	q := p.expect(wire.Login)
	p.send(&wire.LoginReply{
		ID: 1, Name: "alice", Device: q.Device, LastSendSeq: lastSendSeq,
		Token: "secret", HeartbeatMS: 30_000, Log: f.log, Changes: changes,
	})
	synctest.Wait()
	return p, q
}

type appendsJSON interface{ AppendJSON([]byte) []byte }

func (p *peer) send(frames ...appendsJSON) {
	p.t.Helper()
	for _, f := range frames {
		if _, err := p.conn.Write(append(f.AppendJSON(nil), '\n')); err != nil {
			p.t.Fatalf("writing to the client: %v", err)
		}
	}
}

// expect waits for the next frame with one of the msgids, answering heartbeats and
// skipping received cursors unless they are asked for.
func (p *peer) expect(id wire.Msgid) *wire.Request {
	p.t.Helper()
	giveUp := time.After(time.Hour)
	for {
		var q *wire.Request
		var open bool
		select {
		case q, open = <-p.in:
		case <-giveUp:
			p.t.Fatalf("the client did not send frame %d", id)
		}
		switch {
		case !open:
			p.t.Fatalf("the client closed the connection instead of sending frame %d", id)
		case q.Msgid == id:
			return q
		case q.Msgid == wire.Heartbeat:
			p.send(&wire.HeartbeatReply{RID: q.RID})
		case q.Msgid == wire.Received:
		default:
			p.t.Fatalf("the client sent frame %d instead of %d", q.Msgid, id)
		}
	}
}

// nothing checks that the client has sent nothing but cursors and heartbeats.
func (p *peer) nothing() {
	p.t.Helper()
	synctest.Wait()
	for {
		select {
		case q, open := <-p.in:
			if open && q.Msgid != wire.Received && q.Msgid != wire.Heartbeat {
				p.t.Fatalf("the client sent frame %d (send_seq %d)", q.Msgid, q.SendSeq)
			}
			if open {
				continue
			}
		default:
		}
		return
	}
}

func (p *peer) ack(q *wire.Request, seq int64) {
	p.t.Helper()
	p.send(&wire.AckReply{Re: q.Msgid, SendSeq: q.SendSeq, Seq: seq, Time: "2026-01-02T03:04:05.006Z"})
}

func (p *peer) refuse(q *wire.Request, code wire.Code) {
	p.t.Helper()
	p.send(&wire.AckReply{Re: q.Msgid, RID: q.RID, SendSeq: q.SendSeq, Erron: code, Errinfo: "refused"})
}

func (p *peer) close() { p.conn.Close() }

// says is what bob (user 2) says to alice (user 1).
func says(seq int64) *wire.Message {
	return &wire.Message{ID: 2, From: "bob", To: 1, Msg: fmt.Sprint("text ", seq), Time: "2026-01-02T03:04:05.006Z", Seq: seq}
}

// seen collects what the handlers get.
type seen struct {
	events []Event
}

func (s *seen) event(_ *Client, e Event) { s.events = append(s.events, e) }

// shown gives the seqs shown so far; a gap stands as -from, -to.
func (s *seen) shown() (seqs []int64) {
	synctest.Wait()
	for _, e := range s.events {
		switch e := e.(type) {
		case *Message:
			seqs = append(seqs, e.Seq)
		case Gap:
			seqs = append(seqs, -e.From, -e.To)
		}
	}
	return seqs
}

// absences and gaps give what was told of messages that are not shown.
func (s *seen) absences() (all []NotMember) {
	synctest.Wait()
	for _, e := range s.events {
		if e, ok := e.(NotMember); ok {
			all = append(all, e)
		}
	}
	return all
}

func (s *seen) gaps() (all []Gap) {
	synctest.Wait()
	for _, e := range s.events {
		if e, ok := e.(Gap); ok {
			all = append(all, e)
		}
	}
	return all
}

// start makes a client of the fake server that connects in the background.
func start(t *testing.T, f *fake, s *seen, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{
		Server: "tcp://server:6000", Name: "alice", Password: "password", Device: "test",
		Dialer: f.dial, OnEvent: s.event,
	}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// bubble runs a test under fake time; all goroutines must end with it.
func bubble(t *testing.T, f func(t *testing.T, f *fake)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newFake(t)) })
}
