package bench

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/client"
)

// exchange has all senders send until the load's time is over.
func (r *run) exchange(ctx context.Context) error {
	ctx, over := r.loading(ctx)
	defer over()
	var wg sync.WaitGroup
	k := 0
	for _, v := range r.conversations {
		for i := range v.senders {
			s := &sender{r: r, p: r.people[v.first+i], v: v, local: i, slots: make(chan struct{}, r.o.Window)}
			s.pace = r.pace(k)
			k++
			wg.Go(func() { s.send(ctx) })
		}
	}
	wg.Wait()
	return nil
}

// exchangeOffline has receivers log out, makes the load, and has them log in again.
// What they display counts as late from the moment their login began.
func (r *run) exchangeOffline(ctx context.Context) error {
	var receivers []*person
	for _, v := range r.conversations {
		receivers = append(receivers, r.people[v.first+1])
	}
	r.enter("receivers log out", len(receivers))
	_ = r.forEach(ctx, receivers, 64, func(ctx context.Context, p *person) error {
		_ = p.leave(ctx) // closed, if not logged out
		return nil
	})
	r.enter("load", 0)
	if err := r.exchange(ctx); err != nil {
		return err
	}
	acking, cancel := context.WithTimeout(r.alive, r.o.Settle)
	defer cancel()
	r.until(acking, func() bool { return r.pending.Load() == 0 })
	r.enter("receivers log in", len(receivers))
	r.deliverFrom.Store(int64(r.now()))
	return r.forEach(r.alive, receivers, 64, func(ctx context.Context, p *person) error {
		p.since.Store(int64(r.now()))
		return p.comeIn(ctx, max(r.o.Settle, time.Minute))
	})
}

// pace is when one sender's messages are due. The zero pace is as fast as may be.
type pace struct {
	start    time.Duration
	interval time.Duration // 0: no rate
}

// pace spreads the senders evenly over the interval.
func (r *run) pace(sender int) pace {
	if r.o.Rate <= 0 {
		return pace{}
	}
	each := time.Duration(float64(time.Second) / r.o.Rate)
	return pace{start: r.now() + each*time.Duration(sender), interval: each * time.Duration(r.o.Senders)}
}

// wait waits until the nth thing is due (from 0) and gives the time it was due; ok is
// false when ctx has ended. A due time that has passed is not moved: the wait of what
// comes late is part of its latency.
func (p pace) wait(ctx context.Context, r *run, n int64) (due time.Duration, ok bool) {
	now := r.now()
	if p.interval == 0 {
		return now, ctx.Err() == nil
	}
	due = p.start + p.interval*time.Duration(n)
	if due <= now {
		return due, ctx.Err() == nil
	}
	timer := time.NewTimer(due - now)
	defer timer.Stop()
	select {
	case <-timer.C:
		return due, true
	case <-ctx.Done():
		return due, false
	}
}

// sender is one who sends.
type sender struct {
	r     *run
	p     *person
	v     *conversation
	local int // number among the conversation's members
	pace  pace
	slots chan struct{} // one for each unacked message
}

// send sends until ctx ends.
func (s *sender) send(ctx context.Context) {
	to := s.v.seenBy(s.r, s.p.index)
	for n := int64(1); ; n++ {
		due, ok := s.pace.wait(ctx, s.r, n-1)
		if !ok {
			return
		}
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if s.pace.interval == 0 {
			due = s.r.now()
		}
		due = due.Truncate(time.Microsecond) // as the text has it
		if !s.post(ctx, to, stamp{sender: s.p.index, number: n, born: due}) {
			return
		}
	}
}

// post hands one message to the SDK; when the user's client has ended, to the next
// one. It reports false when ctx has ended before.
func (s *sender) post(ctx context.Context, to client.Conversation, t stamp) bool {
	r := s.r
	text := r.scribe.text(t)
	for {
		c, renewed := s.p.client()
		r.pending.Add(1)
		err := client.ErrClosed
		if c != nil {
			err = c.Post(to, text, func(receipt client.Receipt, err error) {
				s.answered(t, receipt, err)
				<-s.slots
			})
		}
		if err == nil {
			r.sentAll.Add(1)
			if r.measured(t.born) {
				r.sent.Add(1)
			}
			return true
		}
		r.pending.Add(-1)
		if errors.Is(err, client.ErrOutboxFull) { // bounded above the window: it cannot be
			r.failed(err)
		}
		select {
		case <-renewed:
		case <-ctx.Done():
			return false
		}
	}
}

// answered takes a message's outcome.
func (s *sender) answered(t stamp, receipt client.Receipt, err error) {
	r := s.r
	defer r.pending.Add(-1)
	if err != nil {
		r.failed(err)
		return
	}
	now := r.now()
	if s.v.ledger != nil {
		s.v.ledger.acked(s.local, t.number, receipt.Seq)
	}
	r.ackedAll.Add(1)
	r.owed.Add(int64(s.v.size - 1))
	if r.measured(now) {
		r.ackedIn.Add(1)
	}
	if r.measured(t.born) {
		r.acked.Add(1)
		r.ackTimes.record(now - t.born)
	}
}

// onMessage takes what a user displays. It runs in the client's own goroutine.
func (p *person) onMessage(_ *client.Client, m *client.Message) {
	r := p.r
	t, ours := r.scribe.read(m.Text)
	if !ours {
		return // an earlier run's
	}
	now := r.now()
	v := r.conversationOf(t.sender)
	if v == nil || t.sender-v.first >= v.senders || t.number == 0 || !v.has(p.index) || m.Conversation != v.seenBy(r, p.index) {
		r.strayed(p, m)
		return
	}
	if v.ledger != nil {
		v.ledger.displayed(p.index-v.first, m.Seq, refTo(t.sender-v.first, t.number))
	}
	if m.Mine {
		return
	}
	r.deliveredAll.Add(1)
	r.lastDelivery.Store(int64(now))
	if r.measured(now) {
		r.deliveredIn.Add(1)
	}
	if r.measured(t.born) {
		r.delivered.Add(1)
		r.deliveryTimes.record(now - max(t.born, time.Duration(p.since.Load())))
	}
}

// until waits for something that many events may bring about; it looks every 20 ms
// rather than at each of them. It reports false when ctx has ended before.
func (r *run) until(ctx context.Context, so func() bool) bool {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return so()
		}
	}
	return true
}

// settle waits until every message has its answer and everything acked is displayed.
func (r *run) settle(ctx context.Context) {
	r.until(ctx, func() bool { return r.pending.Load() == 0 })
	r.until(ctx, func() bool {
		if !r.o.Verify {
			return r.deliveredAll.Load() >= r.owed.Load()
		}
		for _, v := range r.conversations {
			if !v.ledger.settled() {
				return false
			}
		}
		return true
	})
}
