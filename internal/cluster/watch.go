package cluster

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"parley/internal/chat"
)

// watchLoop looks at the others' counters and buries those that stand still.
func (m *Member) watchLoop() {
	for m.pause(m.o.WatchEvery) {
		ctx, cancel := m.patience()
		rows, err := m.o.Store.Nodes(ctx)
		cancel()
		if err != nil {
			continue // the renewals tell the log
		}
		for _, dead := range m.look(rows) {
			err := m.bury(dead)
			m.mu.Lock()
			if o := m.others[dead.ID]; o != nil {
				o.dying = false
				if err != nil {
					o.since = m.o.Clock.Now() // tried again when it has stood still once more
				}
			}
			m.mu.Unlock()
		}
		m.judgeBus()
	}
}

// look takes note of the counters as they are now and gives whom to bury.
func (m *Member) look(rows []chat.NodeRow) (dead []chat.NodeRow) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	// Whoever was away himself has not watched: the database did not answer, or this
	// process stood still.
	away := now.Sub(m.watched) > m.o.Lease/3 || now.Sub(m.renewed) > m.o.Lease/2
	m.watched = now
	there := map[chat.NodeID]bool{}
	for _, r := range rows {
		if r.ID == m.id {
			continue
		}
		there[r.ID] = true
		o := m.others[r.ID]
		if o == nil {
			o = &other{name: r.Name, counter: r.Counter, since: now, first: now}
			m.others[r.ID] = o
		}
		if away || o.counter != r.Counter {
			o.counter, o.since = r.Counter, now
		}
		if now.Sub(o.since) >= m.o.Lease && m.id != 0 && !o.dying {
			o.dying = true
			dead = append(dead, r)
		}
	}
	for id := range m.others {
		if !there[id] {
			delete(m.others, id)
		}
	}
	return dead
}

// beatLoop makes this node heard on the bus.
func (m *Member) beatLoop() {
	for m.pause(m.o.BeatEvery) {
		m.mu.Lock()
		id := m.id
		b := &chat.Beat{Node: id, Name: m.o.Name, Renewed: m.o.Clock.Now().Sub(m.renewed) < 2*m.o.RenewEvery}
		m.mu.Unlock()
		if id != 0 {
			m.o.Bus.Publish(chat.Notice{Beat: b}, chat.Topic{Nodes: true})
		}
		m.judgeBus()
	}
}

// Hear takes another node's beat from the bus.
func (m *Member) Hear(b *chat.Beat) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	if o := m.others[b.Node]; o != nil {
		o.heard = now
		if b.Renewed {
			o.fresh = now
		}
	}
	if b.Renewed && m.id != 0 && m.expired(now) && m.outrun.IsZero() {
		m.outrun = now
	}
}

// judgeBus tells when the bus stops to carry, or carries again: it does if this end
// knows of no trouble and every live node is heard.
func (m *Member) judgeBus() {
	trouble := m.o.Bus.Health()
	m.mu.Lock()
	if trouble == nil {
		trouble = m.unheard(m.o.Clock.Now())
	}
	was := m.trouble
	m.trouble = trouble
	m.mu.Unlock()
	if (trouble == nil) == (was == nil) {
		return
	}
	if trouble != nil {
		m.o.Log.Warn("the bus does not carry: the database is asked several times a second instead", "reason", trouble)
	} else {
		m.o.Log.Info("the bus carries again")
	}
	m.o.BusTrouble(trouble != nil)
}

// unheard names the nodes that live, by the database, and are not heard on the bus; the
// caller holds m.mu. One that has just come has a moment to be heard.
func (m *Member) unheard(now time.Time) error {
	var missing []string
	for id, o := range m.others {
		alive := o.counter > 0 && now.Sub(o.since) < 2*m.o.RenewEvery
		if alive && now.Sub(o.first) >= 2*m.o.Deaf && now.Sub(o.heard) >= m.o.Deaf {
			missing = append(missing, fmt.Sprintf("%s (node %d)", o.name, id))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	sort.Strings(missing)
	return errors.New("not heard on the bus: " + strings.Join(missing, ", "))
}

// State is what an operator sees of a node's place in the cluster.
type State struct {
	Node    chat.NodeID
	Name    string
	Renewed time.Duration // how long ago the lease was renewed
	Expired bool
	Trouble error // why the bus does not carry; nil if it does
	Others  []Other
}

// Other is another node as this one sees it.
type Other struct {
	Node  chat.NodeID
	Name  string
	Still time.Duration // how long its counter has stood still
	Heard time.Duration // how long ago its last beat came over the bus; negative for never
}

// State tells how things are now.
func (m *Member) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	s := State{Node: m.id, Name: m.o.Name, Renewed: now.Sub(m.renewed), Expired: m.expired(now), Trouble: m.trouble}
	for id, o := range m.others {
		seen := Other{Node: id, Name: o.name, Still: now.Sub(o.since), Heard: -1}
		if !o.heard.IsZero() {
			seen.Heard = now.Sub(o.heard)
		}
		s.Others = append(s.Others, seen)
	}
	sort.Slice(s.Others, func(i, j int) bool { return s.Others[i].Node < s.Others[j].Node })
	return s
}
