package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"parley/client"
	"parley/wire"
)

// verify reads the log of every conversation through the history and holds the account
// against it.
func (r *run) verify(ctx context.Context) error {
	r.enter("reading the logs", len(r.conversations))
	const atOnce = 8
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	slots := make(chan struct{}, atOnce)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, v := range r.conversations {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := r.verifyOne(ctx, v); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, err)
				cancel() // one is enough to know that there will be no account
			}
			r.phaseDone.Add(1)
		})
	}
	wg.Wait()
	if len(failures) > 0 {
		return fmt.Errorf("the account is not complete: %d of %d logs could not be read; the first: %w",
			len(failures), len(r.conversations), failures[0])
	}
	return nil
}

// verifyOne reads one log and adds the faults of its ledger to those of the run.
func (r *run) verifyOne(ctx context.Context, v *conversation) error {
	log, err := r.readLog(ctx, v)
	if err != nil {
		return err
	}
	faults, findings := v.ledger.audit(log)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range log {
		if m != 0 && m != foreign {
			r.stored++
		}
	}
	r.faults.Lost += faults.Lost
	r.faults.Duplicated += faults.Duplicated
	r.faults.Misordered += faults.Misordered
	for _, f := range findings {
		r.find(f)
	}
	return nil
}

// readLog returns what stands after the base, 0 for a hole. The pages are shared out
// among some members, because a server answers only so many requests of each.
func (r *run) readLog(ctx context.Context, v *conversation) ([]ref, error) {
	last, err := r.lastSeq(ctx, r.people[v.first], v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.label(r), err)
	}
	log := make([]ref, max(0, last-v.base))
	const mostReaders = 8
	readers := min(v.size, mostReaders)
	var wg sync.WaitGroup
	failures := make([]error, readers)
	for k := range readers {
		wg.Go(func() {
			p := r.people[v.first+k]
			for at := k * wire.MaxPage; at < len(log) && failures[k] == nil; at += readers * wire.MaxPage {
				failures[k] = r.readPage(ctx, p, v, log[at:min(len(log), at+wire.MaxPage)], v.base+int64(at))
			}
		})
	}
	wg.Wait()
	return log, errors.Join(failures...)
}

// readPage fills part with what stands after a seq. What the server leaves out stays
// a hole, and so does what it has in the wrong place.
func (r *run) readPage(ctx context.Context, p *person, v *conversation, part []ref, after int64) error {
	err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
		page, err := c.HistoryAfter(ctx, v.seenBy(r, p.index), after, len(part))
		if err != nil {
			return err
		}
		clear(part)
		for _, m := range page.Messages {
			if i := m.Seq - after - 1; i >= 0 && i < int64(len(part)) {
				part[i] = r.refOf(v, m)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s, after seq %d: %w", v.label(r), after, err)
	}
	return nil
}

// refOf is which of the run's messages a text is.
func (r *run) refOf(v *conversation, m *client.Message) ref {
	t, ours := r.scribe.read(m.Text)
	local := t.sender - v.first
	if !ours || local < 0 || local >= v.senders || t.number == 0 {
		return foreign
	}
	return refTo(local, t.number)
}

// strayed counts a message that was displayed in a conversation that it was not sent
// to.
func (r *run) strayed(p *person, m *client.Message) {
	if !r.o.Verify {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults.Misordered++
	r.find(fmt.Sprintf("%s displayed %.40q of user %d in the conversation with %s, where it does not belong",
		p.name, m.Text, m.SenderID, m.Conversation))
}
