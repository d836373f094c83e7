package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"parley/wire"
)

// batchBytes is how many bytes of chat frames go into one write.
const batchBytes = 64 << 10

// session is one connection of a Client: a reader (the client's own loop) and a writer.
type session struct {
	// Static.
	c       *Client
	t       transport
	wake    chan struct{}
	dead    chan struct{} // closed when the session has failed
	left    chan struct{} // closed when it is no longer the client's session
	silence time.Duration // the server's silence that ends the session

	// Owned by the writer.
	out   []byte
	fresh []*entry // in out, with numbers that the store does not know yet

	// Guarded by the client's lock.
	err      error // why it failed
	pending  []byte
	calls    map[int64]chan any
	rid      int64
	interval time.Duration
	beatAt   time.Time // the next heartbeat
	retryAt  time.Time // when a stalled outbox goes on
	askedAt  time.Time // the last chat frame or answer: the start of the wait for one
	tellAt   time.Time // when to send frame 13; zero: nothing to tell
	tellNow  bool
}

// open connects. Until begin, only exchange uses the connection.
func (c *Client) open(ctx context.Context) (*session, error) {
	s := &session{
		c: c, wake: make(chan struct{}, 1), dead: make(chan struct{}), left: make(chan struct{}),
		calls: make(map[int64]chan any),
	}
	t, err := connect(ctx, c.endpoint, &c.opts, s.control)
	if err != nil {
		return nil, err
	}
	if c.opts.Sealed {
		t, err = c.seal(ctx, t)
	} else if !c.opts.AllowPlaintext && !c.endpoint.secure && !within(t.net()) {
		t.net().Close()
		err = ErrPlaintext
	}
	if err != nil {
		return nil, err
	}
	s.t = t
	return s, nil
}

// control queues what the transport itself has to say.
func (s *session) control(frame []byte) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.pending = append(s.pending, frame...)
	poke(s.wake)
}

// fail ends the session; the first reason stays. The lock is held.
func (s *session) fail(err error) {
	if s.err != nil {
		return
	}
	s.err = err
	close(s.dead)
	s.t.net().Close()
}

// exchange writes one request and gives the frames that come to accept, until it
// says that it is content. It is for what comes before the login's answer, while
// neither reader nor writer run.
func (s *session) exchange(ctx context.Context, q *wire.Request, accept func(frame any) (bool, error)) error {
	conn := s.t.net()
	if err := conn.SetDeadline(deadline(ctx, s.c.opts.ConnectTimeout)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := conn.Write(s.t.frame(nil, q.AppendJSON(nil))); err != nil {
		return s.lost(ctx, err)
	}
	for {
		object, err := s.t.read()
		if err != nil {
			return s.lost(ctx, err)
		}
		frame, err := wire.DecodeServer(object)
		if err != nil {
			return fmt.Errorf("%s does not speak Parley: %w", s.c.endpoint, err)
		}
		switch f := frame.(type) {
		case *wire.GoodbyeNotice:
			return goodbye(f)
		case *wire.AckReply:
			if err := refusal(f.Erron, f.Errinfo, f.RetryAfterMS); err != nil {
				return err
			}
		}
		if done, err := accept(frame); done || err != nil {
			return err
		}
	}
}

// lost words the end of a connection during an exchange.
func (s *session) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("%s did not answer within %v", s.c.endpoint, s.c.opts.ConnectTimeout)
	}
	return fmt.Errorf("the connection to %s ended before the answer came: %w", s.c.endpoint, err)
}

func goodbye(f *wire.GoodbyeNotice) error {
	return &GoodbyeError{
		Code: f.Code, Reason: f.Reason, Reconnect: f.Reconnect,
		After: advised(f.AfterMS),
	}
}

// read handles frames until the connection ends, and gives the reason.
func (s *session) read() error {
	conn := s.t.net()
	for {
		err := conn.SetReadDeadline(time.Now().Add(s.silence))
		var object []byte
		if err == nil {
			object, err = s.t.read()
		}
		var frame any
		if err == nil {
			frame, err = wire.DecodeServer(object)
		}
		var unknown *wire.UnknownFrameError
		if errors.As(err, &unknown) {
			continue // a newer server's
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = ErrSilent
		}
		s.c.mu.Lock()
		if err != nil {
			s.fail(err)
		} else if s.err == nil {
			s.c.receive(s, frame)
		}
		err = s.err
		s.c.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// write writes what gather gives until the session has failed.
func (s *session) write() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		s.c.mu.Lock()
		wait := s.gather(time.Now())
		failed := s.err != nil
		s.c.mu.Unlock()
		if failed {
			return
		}
		if len(s.out) > 0 {
			err := s.number()
			if err == nil {
				err = s.flush()
			}
			if err != nil {
				s.c.mu.Lock()
				s.fail(err)
				s.c.mu.Unlock()
				return
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-s.wake:
		case <-timer.C:
		case <-s.dead:
			return
		}
	}
}

func (s *session) flush() error {
	conn := s.t.net()
	if err := conn.SetWriteDeadline(time.Now().Add(s.c.opts.WriteTimeout)); err != nil {
		return err
	}
	if _, err := conn.Write(s.out); err != nil {
		return fmt.Errorf("writing to %s: %w", s.c.endpoint, err)
	}
	return nil
}

// number brings the numbers of what is about to be written to the store, so that
// whatever happens to this program, they will never be given to other messages.
func (s *session) number() error {
	if len(s.fresh) == 0 {
		return nil
	}
	ids := make([]int64, len(s.fresh))
	for i, e := range s.fresh {
		ids[i] = e.id
	}
	if err := s.c.opts.Store.Number(ids, s.fresh[0].seq); err != nil {
		return fmt.Errorf("client: the numbers of messages could not be kept, so they are not sent yet: %w", err)
	}
	for _, e := range s.fresh {
		e.kept = true
	}
	s.fresh = s.fresh[:0]
	return nil
}

// gather collects in s.out what is to be written now, and gives how long to wait for
// the next thing that time alone brings. The lock is held.
func (s *session) gather(now time.Time) time.Duration {
	s.out = append(s.out[:0], s.pending...)
	s.pending = s.pending[:0]
	if !now.Before(s.beatAt) {
		s.beatAt = now.Add(s.interval)
		s.put(request(wire.Heartbeat))
	}
	s.gatherChat(now)
	s.gatherReceived(now)
	wake := s.beatAt
	for _, at := range [...]time.Time{s.resumeAt(), s.tellAt, s.unansweredAt()} {
		if !at.IsZero() && at.Before(wake) {
			wake = at
		}
	}
	return max(0, wake.Sub(now))
}

// put frames one request into s.out.
func (s *session) put(q *wire.Request) {
	s.c.encoded = q.AppendJSON(s.c.encoded[:0])
	s.out = s.t.frame(s.out, s.c.encoded)
}

// gatherChat takes what the outbox may send now.
func (s *session) gatherChat(now time.Time) {
	b := &s.c.outbox
	if at := s.unansweredAt(); !at.IsZero() && !now.Before(at) {
		s.fail(errUnanswered)
		return
	}
	if b.stalled && b.drained() && !now.Before(s.retryAt) {
		s.retryAt = time.Time{}
		b.resume()
	}
	for len(s.out) < batchBytes {
		e := b.take()
		if e == nil {
			return
		}
		if e.id != 0 && !e.kept {
			s.fresh = append(s.fresh, e)
		}
		s.put(chatFrame(e))
		s.askedAt = now
	}
	poke(s.wake) // there may be more
}

// resumeAt is when a stalled outbox goes on; zero while answers are under way.
func (s *session) resumeAt() time.Time {
	if !s.c.outbox.stalled || !s.c.outbox.drained() {
		return time.Time{}
	}
	return s.retryAt
}

// unansweredAt is when the wait for the answer to a chat frame is over.
func (s *session) unansweredAt() time.Time {
	if s.c.outbox.onWire == 0 {
		return time.Time{}
	}
	return s.askedAt.Add(s.c.opts.AnswerTimeout)
}

// gatherReceived tells the server what was displayed, when it is time to.
func (s *session) gatherReceived(now time.Time) {
	c := s.c
	all := !s.tellAt.IsZero() && !now.Before(s.tellAt)
	if !all && !s.tellNow {
		return
	}
	s.tellNow = false
	rest := c.dirty[:0]
	for _, v := range c.dirty {
		if !all && v.untold < c.opts.ReceivedAfter {
			rest = append(rest, v)
			continue
		}
		s.put(received(v))
	}
	clear(c.dirty[len(rest):])
	c.dirty = rest
	if len(rest) == 0 {
		s.tellAt = time.Time{}
	}
}

func received(v *conversation) *wire.Request {
	v.dirty, v.untold = false, 0
	q := about(v.name, wire.Received)
	q.Seq = v.displayed
	q.Set(wire.FSeq)
	return q
}

// stall makes the outbox wait: as long as the server says, or a growing while.
func (s *session) stall(st stall, code wire.Code) {
	c := s.c
	delay := advised(st.after)
	if st.begun {
		if delay == 0 && (code != wire.SendSeqGap || c.stalls > 0) {
			delay = min(c.opts.MaxRetryDelay, c.opts.RetryDelay<<min(c.stalls, 16))
			delay = delay/2 + rand.N(delay/2+1)
		}
		c.stalls++
	}
	if at := time.Now().Add(delay); delay > 0 && at.After(s.retryAt) {
		s.retryAt = at
	}
	poke(s.wake)
}

// call sends a request and waits for its answer.
func (s *session) call(ctx context.Context, q *wire.Request) (any, error) {
	answer := make(chan any, 1)
	s.c.mu.Lock()
	if s.err != nil {
		s.c.mu.Unlock()
		return nil, ErrInterrupted
	}
	s.rid++
	rid := s.rid
	q.RID = strconv.AppendInt(nil, rid, 10)
	object := q.AppendJSON(nil)
	if len(object) > wire.DefaultMaxFrame {
		s.c.mu.Unlock()
		return nil, &Error{Code: wire.FrameTooLong, Info: "the request is too long to be sent; shorten its texts"}
	}
	s.calls[rid] = answer
	s.pending = s.t.frame(s.pending, object)
	s.c.mu.Unlock()
	poke(s.wake)
	select {
	case a := <-answer:
		return a, nil
	case <-s.dead:
		select {
		case a := <-answer:
			return a, nil
		default:
			return nil, ErrInterrupted
		}
	case <-ctx.Done():
		s.c.mu.Lock()
		delete(s.calls, rid)
		s.c.mu.Unlock()
		return nil, ctx.Err()
	}
}

// resolve hands an answer to the call that waits for it. The lock is held.
func (s *session) resolve(rid []byte, answer any) bool {
	n, err := strconv.ParseInt(string(rid), 10, 64)
	if err != nil {
		return false
	}
	waiting, ok := s.calls[n]
	if ok {
		delete(s.calls, n)
		waiting <- answer
	}
	return ok
}
