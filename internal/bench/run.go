package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"parley/client"
)

// run is one run: its people, its conversations, and what was counted.
type run struct {
	// Static, or set before the load begins.
	o             Options
	scribe        scribe
	began         time.Time
	people        []*person
	conversations []*conversation
	inside        []*conversation // by user; nil entries for who is in none
	byID          map[int64]int   // users by id
	alive         context.Context // ends when everybody is sent home

	// The measured time, since began; what was born in it counts.
	from, to atomic.Int64

	sent, acked, delivered     atomic.Int64 // of what was born in the measured time
	ackedIn, deliveredIn       atomic.Int64 // what came in the measured time
	sentAll, ackedAll          atomic.Int64
	deliveredAll, owed         atomic.Int64
	pending                    atomic.Int64 // sent, and neither acked nor refused
	online, reconnects         atomic.Int64
	lastDelivery               atomic.Int64
	ackTimes, deliveryTimes    histogram
	phase                      atomic.Pointer[string]
	phaseDone, phaseAll        atomic.Int64
	deliverFrom, connectionsAt atomic.Int64

	// Guarded by mu.
	mu     sync.Mutex
	errors map[string]int64
	faults Faults // beside those of the ledgers
	found  []string
	closed bool // no further tasks
	tasks  sync.WaitGroup
	stored int64
}

// workload is what differs between the workloads.
type workload struct {
	convene func(*run, context.Context) error // make conversations or friends
	load    func(*run, context.Context) error // make the load, until ctx ends or its time is over
	settle  func(*run, context.Context)       // wait for the last displays
}

var workloads = map[string]workload{
	Direct:   {(*run).pairUp, (*run).exchange, (*run).settle},
	Group:    {(*run).gather, (*run).exchange, (*run).settle},
	Offline:  {(*run).pairUp, (*run).exchangeOffline, (*run).settle},
	Idle:     {(*run).nothing, (*run).stay, func(*run, context.Context) {}},
	Presence: {(*run).befriend, (*run).comeAndGo, (*run).settleStates},
}

// Run makes the load and reports. When ctx ends before the load has begun, that is an
// error; during the load it ends the load, and the account is still made, within
// Options.Settle. An error with a report means that the account is not complete.
func Run(ctx context.Context, o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	r := &run{o: o, scribe: newScribe(o.Size), began: time.Now(), errors: make(map[string]int64)}
	r.from.Store(math.MaxInt64)
	alive, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	r.alive = alive
	for i := range o.Users {
		r.people = append(r.people, newPerson(r, i))
	}
	r.inside = make([]*conversation, o.Users)
	stopProgress := r.showProgress()
	defer stopProgress()
	defer r.sendHome(end)
	w := workloads[o.Workload]
	if err := r.bring(ctx); err != nil {
		return Report{}, err
	}
	if err := w.convene(r, ctx); err != nil {
		return Report{}, err
	}
	r.enter("load", 0)
	if err := w.load(r, ctx); err != nil {
		return Report{}, err
	}
	r.connectionsAt.Store(r.online.Load())
	r.enter("waiting for the last displays", 0)
	settling, cancel := context.WithTimeout(alive, o.Settle)
	w.settle(r, settling)
	cancel()
	var err error
	if o.Verify {
		r.enter("reading the logs", 0)
		err = r.verify(alive)
	}
	return r.report(), err
}

// now is the time since the run began.
func (r *run) now() time.Duration { return time.Since(r.began) }

// measured reports whether a time is in the measured time.
func (r *run) measured(t time.Duration) bool {
	return int64(t) >= r.from.Load() && int64(t) < r.to.Load()
}

// loading begins the time of the load: the warm-up, then what is measured. The context
// ends with it.
func (r *run) loading(ctx context.Context) (context.Context, func()) {
	from := r.now() + r.o.Warmup
	to := from + r.o.Duration
	r.to.Store(int64(to))
	r.from.Store(int64(from))
	ctx, cancel := context.WithDeadline(ctx, r.began.Add(to))
	return ctx, func() {
		cancel()
		r.to.Store(int64(min(to, max(from, r.now()))))
	}
}

// task runs f in a goroutine that sendHome waits for.
func (r *run) task(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.tasks.Go(f)
	}
}

// sendHome ends every connection and waits until nothing of the run runs.
func (r *run) sendHome(end func()) {
	end()
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.tasks.Wait()
	const patience = 2 * time.Second
	_ = r.forEach(context.Background(), r.people, 64, func(ctx context.Context, p *person) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		_ = p.leave(ctx) // closed, if not logged out
		return nil
	})
}

// forEach calls f for people, so many at a time, and returns the first error, which ends
// it early.
func (r *run) forEach(ctx context.Context, people []*person, width int, f func(context.Context, *person) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	slots := make(chan struct{}, width)
	for _, p := range people {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := f(ctx, p); err != nil {
				cancel(err)
			}
			r.phaseDone.Add(1)
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// bring registers everybody and logs in. The first user goes ahead alone and tries
// every server once, so that a wrong address or closed registration is told at once.
func (r *run) bring(ctx context.Context) error {
	const atOnce = 8 // the server hashes a few passwords at a time
	const patience = 2 * time.Minute
	r.enter("registering", len(r.people))
	first := r.people[0]
	err := first.register(ctx)
	for range len(first.route.addresses) - 1 {
		if err == nil {
			break
		}
		err = first.register(ctx)
	}
	if err != nil {
		return fmt.Errorf("registering %s: %w", first.name, err)
	}
	register := func(ctx context.Context, p *person) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		if err := patiently(ctx, p.register); err != nil {
			return fmt.Errorf("registering %s: %w", p.name, err)
		}
		return nil
	}
	if err := r.forEach(ctx, r.people[1:], atOnce, register); err != nil {
		return err
	}
	r.enter("logging in", len(r.people))
	err = r.forEach(ctx, r.people, atOnce, func(ctx context.Context, p *person) error {
		return p.comeIn(ctx, patience)
	})
	r.byID = make(map[int64]int, len(r.people))
	for i, p := range r.people {
		r.byID[p.id] = i
	}
	return err
}

// comeIn logs in within patience.
func (p *person) comeIn(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := patiently(ctx, p.login); err != nil {
		return fmt.Errorf("logging in as %s: %w", p.name, err)
	}
	return nil
}

// failed counts an error by its code.
func (r *run) failed(err error) {
	code := "connection"
	var bye *client.GoodbyeError
	switch {
	case errors.As(err, &bye):
		code = "goodbye_" + strconv.Itoa(int(bye.Code))
	case client.CodeOf(err) != 0:
		code = strconv.Itoa(int(client.CodeOf(err)))
	case errors.Is(err, client.ErrUnknownOutcome):
		code = "unknown_outcome"
	case errors.Is(err, client.ErrClosed):
		code = "closed"
	case errors.Is(err, client.ErrSilent):
		code = "silent"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors[code]++
}

// gap notes that a client gave messages up.
func (r *run) gap(p *person, g client.Gap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults.GivenUp++
	r.find(fmt.Sprintf("%s gave up seq %d to %d of %s", p.name, g.From, g.To, g.Conversation))
}

// find keeps a fault in words. The lock is held.
func (r *run) find(what string) {
	if len(r.found) < maxFindings {
		r.found = append(r.found, what)
	}
}

// report puts the figures together.
func (r *run) report() Report {
	seconds := max(0, time.Duration(r.to.Load()-r.from.Load()).Seconds())
	rep := Report{
		Workload: r.o.Workload, Seconds: math.Round(seconds*1000) / 1000,
		Sent: r.sent.Load(), Acked: r.acked.Load(), AckedPS: perSecond(r.ackedIn.Load(), seconds),
		Delivered: r.delivered.Load(), DeliveredPS: perSecond(r.deliveredIn.Load(), seconds),
		Ack: r.ackTimes.summary(), E2E: r.deliveryTimes.summary(),
		Reconnects: r.reconnects.Load(), Verified: r.o.Verify, Connections: int(r.connectionsAt.Load()),
	}
	if from := r.deliverFrom.Load(); from > 0 {
		took := time.Duration(max(0, r.lastDelivery.Load()-from)).Seconds()
		rep.DeliveredPS = perSecond(r.deliveredAll.Load(), took)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rep.Errors = r.errors
	r.errors = make(map[string]int64) // goodbyes of the end are none
	rep.Faults, rep.Findings, rep.Stored = r.faults, slices.Clone(r.found), r.stored
	return rep
}

func perSecond(n int64, seconds float64) float64 {
	if seconds <= 0 {
		return 0
	}
	return math.Round(float64(n)/seconds*10) / 10
}
