package cluster

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/test/mirror"
	"parley/test/testkit"
)

// TestChangesThroughFaults has nodes and Redis fail while a group chats and one frame in five is a
// change of a message. Each user has a client without the SDK, one of them two. At the end nothing
// is lost and nothing doubled, and all clients have the same states, also one that comes then.
func TestChangesThroughFaults(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each is mostly waiting
			c := testkit.NewCluster(t, kind, testkit.Unsynced)
			c.Becomes("200")
			talk := newTalk(c)
			for _, scenario := range []struct {
				name   string
				faults func(c *testkit.Cluster, alive func(string))
			}{
				{"nodes are killed in turn", killNodes},
				{"Redis is killed and comes back empty", killRedis},
				{"Redis stands still", freezeRedis},
				{"a node is cut off from Redis", cutOffFromRedis},
			} {
				t.Run(scenario.name, func(t *testing.T) {
					c.T = t
					talk.through(t, func() { scenario.faults(c, func(what string) { talk.alive(t, what) }) })
				})
			}
		})
	}
}

// talk is a group whose members keep the account of all they say and change.
type talk struct {
	cluster *testkit.Cluster
	to      client.Conversation
	users   []int64
	devices []*mirror.Mirror
	entries []*mirror.Entry
	faults  atomic.Int64 // that the clients found
	done    atomic.Int64 // entries with an outcome
}

func newTalk(c *testkit.Cluster) *talk {
	t := c.T
	w := &talk{cluster: c}
	for i := range 6 {
		o, id := testkit.Account(t, c.Nodes[i%3], fmt.Sprint("user ", i+1))
		user, err := client.Dial(testkit.Soon(t), o)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			gid, err := user.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "everybody", Joining: "open"})
			if err != nil {
				t.Fatal(err)
			}
			w.to = client.Group(gid)
		} else if _, err := user.JoinGroup(testkit.Soon(t), w.to.GID); err != nil {
			t.Fatal(err)
		}
		user.Close()
		w.users = append(w.users, id)
		w.devices = append(w.devices, w.device(id, "one", false))
	}
	w.devices = append(w.devices, w.device(w.users[0], "two", false))
	for _, m := range w.devices { // one that is new later would begin where its user is then
		for began := time.Now(); !m.LoggedIn(); time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > testkit.Patience {
				t.Fatal("a client never logs in")
			}
		}
	}
	return w
}

// device is a client that goes to another node each time it connects.
func (w *talk) device(user int64, name string, fresh bool) *mirror.Mirror {
	var turn atomic.Int64
	turn.Store(user)
	m := mirror.Start(mirror.Options{
		User: user, Password: testkit.Password, Device: name, Fresh: fresh,
		Rand: rand.New(rand.NewPCG(uint64(user), uint64(len(name)))), //nolint:gosec // an id
		Dial: func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", w.cluster.Nodes[turn.Add(1)%3].TCP)
		},
		Silence:   75 * time.Second,
		Concluded: func(*mirror.Entry) { w.done.Add(1) },
		Fault: func(format string, args ...any) {
			w.faults.Add(1)
			w.cluster.T.Errorf(format, args...)
		},
	})
	w.cluster.T.Cleanup(m.Close)
	return m
}

// through has everybody talk while faults happen, and then compares what they have.
func (w *talk) through(t *testing.T, faults func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-tick.C:
				w.say(n)
			}
		}
	}()
	w.alive(t, "at first")
	faults()
	close(stop)
	<-stopped
	w.settle(t)
	w.account(t)
}

// say posts one frame: every fifth is a change.
func (w *talk) say(n int) {
	from := rand.IntN(len(w.devices))
	m := w.devices[from]
	if m.Open() >= 20 {
		return
	}
	var e *mirror.Entry
	if n%5 == 0 {
		e = m.Change(w.to, fmt.Sprint("edit ", len(w.entries)))
	}
	if e == nil {
		e = &mirror.Entry{Name: w.to, Text: fmt.Sprint("text ", len(w.entries))}
	}
	e.Tag = from
	w.entries = append(w.entries, e)
	m.Post(e)
}

func (w *talk) alive(t *testing.T, what string) {
	t.Helper()
	from := w.done.Load()
	for began := time.Now(); w.done.Load() < from+100; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("%s: nothing is answered any more", what)
		}
	}
}

// settle waits until all is answered, and all have the same.
func (w *talk) settle(t *testing.T) {
	t.Helper()
	var differs string
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(100 * time.Millisecond) {
		if differs = w.differs(w.devices); differs == "" {
			return
		}
	}
	t.Error(differs)
}

// differs says in what two clients differ, or what is still open; "" for nothing.
func (w *talk) differs(devices []*mirror.Mirror) string {
	first := devices[0].View(w.to)
	for i, m := range devices {
		if n := m.Open(); n > 0 {
			return fmt.Sprintf("client %d has %d frames without an answer", i, n)
		}
		v := m.View(w.to)
		for seq := int64(1); seq <= v.Last; seq++ {
			if _, ok := v.Texts[seq]; !ok {
				return fmt.Sprintf("client %d does not have seq %d of %d (%s); around it came %v", i, seq, v.Last, w.whose(seq), around(v.Came, seq))
			}
		}
		if v.Last != first.Last || v.Rev != first.Rev {
			return fmt.Sprintf("client %d has messages up to seq %d, and all changes up to %d; the first one %d and %d",
				i, v.Last, v.Rev, first.Last, first.Rev)
		}
		if !maps.Equal(v.Texts, first.Texts) {
			return fmt.Sprintf("client %d has other texts than the first", i)
		}
		if !maps.EqualFunc(v.States, first.States, mirror.State.Equal) {
			return fmt.Sprintf("client %d has other states than the first", i)
		}
	}
	return ""
}

// around is what was delivered shortly before and after a seq should have been.
func around(came []mirror.Delivery, seq int64) (near []mirror.Delivery) {
	for _, d := range came {
		if d.Seq > seq-4 && d.Seq < seq+4 {
			near = append(near, d)
		}
	}
	return near
}

// whose tells who has sent a message.
func (w *talk) whose(seq int64) string {
	for _, e := range w.entries {
		if e.Op == "" && e.Stored == seq {
			return fmt.Sprintf("%q, number %d of client %d, %v", e.Text, e.Number, e.Tag, e.Err)
		}
	}
	return "nobody's"
}

// account compares what was acked with what is there, as one sees it who comes now.
func (w *talk) account(t *testing.T) {
	t.Helper()
	late := w.device(w.users[1], fmt.Sprint("late ", len(w.entries)), true)
	for began := time.Now(); !late.HasRead(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("who comes now never comes to the end of history")
		}
	}
	if d := w.differs([]*mirror.Mirror{w.devices[0], late}); d != "" {
		t.Errorf("who comes now: %s", d)
	}
	if mine, other := w.devices[0].View(w.to), w.devices[len(w.devices)-1].View(w.to); !sameReactions(mine, other) {
		t.Error("two devices of one user have different own reactions")
	}
	view := late.View(w.to)
	seqs, revs, changes := map[int64]int{}, map[int64]bool{}, 0
	for _, e := range w.entries {
		switch {
		case e.Op == "" && e.Err != nil:
			t.Errorf("%q was refused: %v", e.Text, e.Err)
		case e.Op == "":
			seqs[e.Stored]++
		case e.Err == nil && e.Rev > 0:
			revs[e.Rev], changes = true, changes+1
		}
	}
	for seq, n := range seqs {
		if n != 1 {
			t.Errorf("%d messages were acked as seq %d", n, seq)
		}
	}
	if n := int64(len(seqs)); n != view.Last {
		t.Errorf("%d messages were acked, and %d are there", n, view.Last)
	}
	if n := int64(len(revs)); n != view.Rev || n > 0 && slices.Max(slices.Collect(maps.Keys(revs))) != n {
		t.Errorf("%d different revs were acked, and the last one is %d", n, view.Rev)
	}
	t.Logf("%d messages and %d changes with %d revs: 0 lost, 0 doubled, %d states, the same for %d clients",
		len(seqs), changes, len(revs), len(view.States), len(w.devices)+1)
}

func sameReactions(a, b mirror.View) bool {
	return maps.EqualFunc(a.States, b.States, func(a, b mirror.State) bool { return slices.Equal(a.Mine, b.Mine) })
}
