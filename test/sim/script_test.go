package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/client"
)

// script is the time with faults: step after step, each drawn from the seed.
func (w *world) script() {
	for end := time.Now().Add(w.plan.span); time.Now().Before(end); {
		time.Sleep(time.Duration(w.rng.ExpFloat64() * float64(w.plan.pace)))
		if w.rng.IntN(5) > 0 {
			w.chatter()
			continue
		}
		w.trouble()
	}
}

// chatter has somebody write a few messages. One frame in five is a change of a message.
func (w *world) chatter() {
	for range 1 + w.rng.IntN(4) {
		switch n := w.rng.IntN(10); {
		case n < 2:
			m := w.mirrors[w.rng.IntN(len(w.mirrors))]
			m.alter(pick(w.rng, w.names(m.user)))
		case n == 2:
			m := w.mirrors[w.rng.IntN(len(w.mirrors))]
			m.say(pick(w.rng, w.names(m.user)))
		case len(w.instances) > 0:
			i := w.instances[w.rng.IntN(len(w.instances))]
			i.say(pick(w.rng, w.names(i.user)))
		}
	}
}

func pick[T any](rng *rand.Rand, of []T) T { return of[rng.IntN(len(of))] }

// trouble is one step of everything else.
func (w *world) trouble() {
	p := &w.plan
	n := w.nodes[w.rng.IntN(len(w.nodes))]
	switch w.rng.IntN(12) {
	case 0, 1:
		if c := w.aConn(); c != nil && p.cuts {
			w.record.note("a connection is cut")
			c.cut()
		}
	case 2:
		if c := w.aConn(); c != nil && p.dark {
			w.record.note("a connection goes dark")
			c.darken()
			time.AfterFunc(time.Duration(w.rng.IntN(8000))*time.Millisecond, c.cut)
		}
	case 3:
		if p.kills && w.rng.IntN(2) == 0 {
			w.killOrStart(n)
		}
	case 4:
		if p.doubts {
			n.faults.set(w.rng.Float64()*.5, w.rng.Float64()*.3, w.rng.Float64()*.1, false)
		}
	case 5:
		if p.outages {
			n.faults.set(0, 0, 0, true)
		}
	case 6:
		n.faults.set(0, 0, 0, false)
	case 7:
		w.disturbBus()
	case 8, 9:
		w.change()
	default:
		for range 1 + w.rng.IntN(3) {
			w.programs()
		}
	}
}

func (w *world) disturbBus() {
	if !w.plan.notices {
		return
	}
	late := 300
	if w.rng.IntN(3) == 0 {
		late = 6000 // later than the nodes compare with the database
	}
	w.bus.set(busFaults{
		late: time.Duration(w.rng.IntN(late)) * time.Millisecond,
		drop: w.rng.Float64() * .6, double: w.rng.Float64() * .3, tell: w.rng.Float64(),
	})
}

func (w *world) killOrStart(n *node) {
	n.mu.Lock()
	up, dead := n.life != nil, n.dead
	n.mu.Unlock()
	switch {
	case up:
		w.record.note("%s is killed", n.name)
		n.kill()
	case dead:
		w.record.note("%s starts", n.name)
		n.start()
	}
}

// change is one of friends or members.
func (w *world) change() {
	if len(w.instances) == 0 {
		return
	}
	i := w.instances[w.rng.IntN(len(w.instances))]
	switch {
	case w.plan.members && len(w.groups) > 0 && w.rng.IntN(2) == 0:
		gid := w.groups[w.rng.IntN(len(w.groups))]
		if w.rng.IntN(2) == 0 {
			i.do(fmt.Sprint("joins ", gid), func(ctx context.Context) error {
				_, err := i.client.JoinGroup(ctx, gid)
				w.record.joined(i.user.id, gid, err)
				return err
			})
			return
		}
		i.do(fmt.Sprint("leaves ", gid), func(ctx context.Context) error { return i.client.LeaveGroup(ctx, gid) })
	case w.plan.blocks && w.plan.cuts && w.rng.IntN(2) == 0:
		w.refusal(i)
	case w.plan.blocks:
		other := w.accounts[w.rng.IntN(len(w.accounts))]
		if other == i.user {
			return
		}
		block := w.rng.IntN(2) == 0
		i.do(fmt.Sprint("blocks ", other.id, block), func(ctx context.Context) error {
			return i.client.Block(ctx, int64(other.id), block)
		})
	}
}

// refusal has somebody refused for good while a message behind is stored, and, when he
// repeats both over another connection, no longer refused.
func (w *world) refusal(i *instance) {
	j := w.instances[w.rng.IntN(len(w.instances))]
	i.mu.Lock()
	connected, c := i.connected, i.conn
	i.mu.Unlock()
	if j.user == i.user || !connected || c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if j.client.Block(ctx, int64(i.user.id), true) != nil {
		return
	}
	i.say(client.Direct(int64(j.user.id)))
	for _, a := range w.accounts {
		if a != i.user && a != j.user {
			i.say(client.Direct(int64(a.id)))
		}
	}
	time.Sleep(time.Duration(w.rng.IntN(80)) * time.Millisecond)
	c.cut()
	w.record.note("%d/%s is cut while it is refused", i.user.id, i.device)
	_ = j.client.Block(ctx, int64(i.user.id), false) // it stays blocked if this fails
}

// programs ends and starts clients.
func (w *world) programs() {
	if len(w.instances) == 0 {
		return
	}
	k := w.rng.IntN(len(w.instances))
	old := w.instances[k]
	switch {
	case w.plan.restarts && w.rng.IntN(8) == 0:
		m := w.mirrors[w.rng.IntN(len(w.mirrors))]
		w.record.note("%d/%s forgets everything", m.who.user, m.who.device)
		m.Forget()
	case w.plan.restarts && w.rng.IntN(3) > 0:
		w.record.note("%d/%s restarts", old.user.id, old.device)
		if w.rng.IntN(4) > 0 {
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			_ = old.client.Logout(ctx) // it is closed in any case
			cancel()
		}
		old.client.Close()
		w.instances[k] = w.startInstance(old.user, old.device)
	case w.plan.takeovers && w.rng.IntN(2) == 0:
		w.record.note("%d/%s is taken over", old.user.id, old.device)
		w.instances[k] = w.startInstance(old.user, old.device)
		w.tasks.Go(func() { w.retire(old) })
	case w.plan.restarts && len(w.instances) < 8:
		name := fmt.Sprint("n", w.said)
		w.record.note("%d/%s is new", old.user.id, name)
		w.instances = append(w.instances, w.startInstance(old.user, name))
	}
}

// retire closes a program whose device another one has taken, some time later.
func (w *world) retire(i *instance) {
	time.Sleep(time.Duration(i.screen.delay()) * time.Millisecond)
	i.client.Close()
}

// delay is how long a program goes on that was taken over.
func (s *screen) delay() int { return 200 + 37*len(s.who.device)*int(s.who.user) }

// calmDown ends all faults: what was broken is repaired, what was dark is found dead.
func (w *world) calmDown() {
	w.bus.set(busFaults{})
	for _, n := range w.nodes {
		n.faults.set(0, 0, 0, false)
		n.mu.Lock()
		dead := n.dead
		n.mu.Unlock()
		if dead {
			n.start()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		c.in.mu.Lock()
		dark := c.in.dark
		c.in.mu.Unlock()
		if dark {
			c.cut()
		}
	}
}

// end stops everything in good order.
func (w *world) end() {
	for _, i := range w.instances {
		i.client.Close()
	}
	for _, p := range w.plains {
		p.close()
	}
	for _, m := range w.mirrors {
		m.Close()
	}
	w.tasks.Wait()
	for _, n := range w.nodes {
		n.stop()
	}
}
