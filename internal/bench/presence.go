package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"parley/client"
	"parley/wire"
)

// move is the last coming or going of a user.
type move struct {
	at     time.Duration // since the run began
	online bool
	abrupt bool // the connection was cut: friends are told a while later
}

// watchersOf are the friends of a mover: a few of those who stay.
func (r *run) watchersOf(mover int) []*person {
	const friends = 4
	stay := r.people[r.o.Senders:]
	var all []*person
	for k := range min(friends, len(stay)) {
		all = append(all, stay[(mover+k)%len(stay)])
	}
	return all
}

// befriend makes watchers the friends of those who come and go.
func (r *run) befriend(ctx context.Context) error {
	movers := r.people[:r.o.Senders]
	r.enter("making friends", len(movers))
	return r.forEach(ctx, movers, 16, func(ctx context.Context, p *person) error {
		p.move.Store(&move{at: r.now(), online: true})
		for _, w := range r.watchersOf(p.index) {
			err := r.request(ctx, p, func(ctx context.Context, c *client.Client) error {
				_, err := c.AddFriend(ctx, w.id)
				return except(err, wire.AlreadyFriends)
			})
			if err != nil {
				return fmt.Errorf("%s befriending %s: %w", p.name, w.name, err)
			}
		}
		return nil
	})
}

// comeAndGo has the movers log in and out until the load's time is over.
func (r *run) comeAndGo(ctx context.Context) error {
	ctx, over := r.loading(ctx)
	defer over()
	var wg sync.WaitGroup
	for k, p := range r.people[:r.o.Senders] {
		pace := r.pace(k)
		wg.Go(func() {
			for n := int64(0); ; n++ {
				due, ok := pace.wait(ctx, r, n)
				if !ok {
					return
				}
				r.turn(p, due)
			}
		})
	}
	wg.Wait()
	return nil
}

// turn makes a user come or go. One going in three is a cut connection.
func (r *run) turn(p *person, due time.Duration) {
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(r.alive, patience)
	defer cancel()
	next := &move{at: due, online: !p.move.Load().online}
	next.abrupt = !next.online && rand.IntN(3) == 0
	p.move.Store(next)
	r.sentAll.Add(1)
	if r.measured(due) {
		r.sent.Add(1)
	}
	var err error
	switch {
	case next.online:
		err = p.comeIn(ctx, patience)
	case next.abrupt:
		p.vanish()
		return // nobody answers that
	default:
		err = p.leave(ctx)
	}
	if err != nil {
		r.failed(err)
		if next.online { // the friends are right to see nobody
			p.move.Store(&move{at: due, abrupt: true})
		}
		return
	}
	now := r.now()
	r.ackedAll.Add(1)
	if r.measured(now) {
		r.ackedIn.Add(1)
	}
	if r.measured(due) {
		r.acked.Add(1)
		r.ackTimes.record(now - due)
	}
}

// sees takes a notice of a friend's state.
func (p *person) sees(e client.Presence) {
	p.mu.Lock()
	p.states[e.ID] = e.Online
	p.mu.Unlock()
	r := p.r
	if p.index < r.o.Senders || r.o.Workload != Presence {
		return
	}
	now := r.now()
	r.deliveredAll.Add(1)
	if !r.measured(now) {
		return
	}
	r.deliveredIn.Add(1)
	r.delivered.Add(1)
	if m := r.moveOf(e.ID); m != nil && m.online == e.Online && !m.abrupt && r.measured(m.at) {
		r.deliveryTimes.record(now - m.at)
	}
}

// moveOf is the last move of the user with an id, nil for one who stays.
func (r *run) moveOf(id int64) *move {
	if i, ok := r.byID[id]; ok {
		return r.people[i].move.Load()
	}
	return nil
}

// met takes friends and their states; where these are not all there are, the rest is
// asked for.
func (p *person) met(friends []client.Friend, all bool) {
	if p.r.o.Workload != Presence {
		return
	}
	if c, _ := p.client(); !all && c != nil {
		if list, err := c.Friends(p.r.alive); err == nil {
			friends = list
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range friends {
		p.states[f.ID] = f.Online
	}
}

// settleStates waits until every watcher sees the state that each friend is in, and
// counts those who do not. It looks after the time in which a cut connection is told of
// as well: a notice of a state that has passed would come then.
func (r *run) settleStates(ctx context.Context) {
	const late = 4 * time.Second
	over := r.now() + late
	agree := r.until(ctx, func() bool { return r.now() > over && len(r.wrongStates()) == 0 })
	if agree || !r.o.Verify {
		return
	}
	wrong := r.wrongStates()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range wrong {
		r.faults.Lost++
		r.find(w)
	}
}

// wrongStates names what watchers see wrongly.
func (r *run) wrongStates() []string {
	var wrong []string
	for _, p := range r.people[:r.o.Senders] {
		is := p.move.Load().online
		for _, w := range r.watchersOf(p.index) {
			w.mu.Lock()
			seen := w.states[p.id]
			w.mu.Unlock()
			if seen != is {
				wrong = append(wrong, fmt.Sprintf("%s is shown to %s as %s and is %s", p.name, w.name, state(seen), state(is)))
			}
		}
	}
	return wrong
}

func state(online bool) string {
	if online {
		return "online"
	}
	return "offline"
}

// nothing is to be made for users who only stay.
func (r *run) nothing(context.Context) error { return nil }

// stay waits until the load's time is over.
func (r *run) stay(ctx context.Context) error {
	ctx, over := r.loading(ctx)
	defer over()
	<-ctx.Done()
	return nil
}
