package changes

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/client"
	"parley/internal/store/dbtest"
	"parley/test/testkit"
)

// Whoever fetches everything in the end has exactly what those have who were there and heard of
// every change, whatever was lost, doubled, late or cut off on the way to them.
func TestWhoComesLateHasTheSame(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { lateHasTheSame(t, "") })
	dbtest.OnServers(t, func(t *testing.T, kind string) { lateHasTheSame(t, dbtest.Fresh(t, kind)) })
}

var names atomic.Int64

func lateHasTheSame(t *testing.T, db string) {
	s := testkit.StartServer(t, "--db", db, "--registrations-per-address", "1000000", "--rate-requests", "10000", "--log-level", "error")
	tcp, _ := s.Addrs()
	// Where nothing was lost, doubled or late, nothing is shown: then there is another round.
	for faults := int64(0); faults == 0 && !t.Failed(); {
		faults = aRound(t, "tcp://"+tcp.String())
		if testing.Short() {
			return
		}
	}
}

// aRound checks some worlds, and returns how many frames were not let through as they came.
func aRound(t *testing.T, server string) (faults int64) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, r, server)
		defer w.close()
		r.Repeat(map[string]func(*rapid.T){
			"say":     w.say,
			"change":  w.change,
			"cut":     func(r *rapid.T) { w.one(r).net.cut() },
			"restart": func(r *rapid.T) { w.one(r).restart() },
			"faults": func(r *rapid.T) {
				d := w.one(r)
				d.net.on.Store(!d.net.on.Load())
			},
			"come": w.come,
		})
		w.settle(t)
		for _, d := range w.devices {
			faults += d.net.faults.Load()
		}
	})
	return faults
}

// world is three users, a group of them, and a conversation of the first two.
type world struct {
	users   [3]client.Options
	ids     [3]int64
	of      [3][]client.Conversation
	devices []*device
	owner   []int // whose device it is
	said    map[client.Conversation]int64
	t       *testing.T
}

func newWorld(t *testing.T, r *rapid.T, server string) *world {
	w := &world{t: t, said: map[client.Conversation]int64{}}
	n := names.Add(1)
	for i := range w.users {
		w.users[i] = client.Options{
			Server: server, Name: fmt.Sprintf("%c%d", 'a'+i, n), Password: testkit.Password, Device: "first",
			MinBackoff: time.Millisecond, MaxBackoff: 10 * time.Millisecond,
		}
		id, err := client.Register(testkit.Soon(t), w.users[i])
		if err != nil {
			t.Fatal(err)
		}
		w.ids[i] = id
	}
	for i := range w.users {
		w.add(r, i)
	}
	gid, err := w.devices[0].c.MakeGroup(testkit.Soon(t), client.NewGroup{Name: "go", Joining: "open"})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range w.devices[1:] {
		if _, err := d.c.JoinGroup(testkit.Soon(t), gid); err != nil {
			t.Fatal(err)
		}
	}
	for i := range w.users {
		w.of[i] = append(w.of[i], client.Group(gid))
	}
	w.of[0], w.of[1] = append(w.of[0], client.Direct(w.ids[1])), append(w.of[1], client.Direct(w.ids[0]))
	for i, d := range w.devices {
		d.of = w.of[i]
	}
	return w
}

func (w *world) add(r *rapid.T, user int) {
	o := w.users[user]
	o.Device = fmt.Sprint("device ", len(w.devices))
	d := open(w.t, o, rapid.Uint64().Draw(r, "seed"), w.of[user]...)
	d.net.on.Store(true)
	w.devices, w.owner = append(w.devices, d), append(w.owner, user)
}

func (w *world) one(r *rapid.T) *device {
	return w.devices[rapid.IntRange(0, len(w.devices)-1).Draw(r, "device")]
}

// come logs a new device in: it hears of what is done from now on.
func (w *world) come(r *rapid.T) {
	if len(w.devices) > 6 {
		r.Skip("there are enough")
	}
	w.add(r, rapid.IntRange(0, 2).Draw(r, "user"))
}

// somewhere is a device, and a conversation of its user.
func (w *world) somewhere(r *rapid.T) (*device, client.Conversation) {
	i := rapid.IntRange(0, len(w.devices)-1).Draw(r, "device")
	of := w.of[w.owner[i]]
	return w.devices[i], of[rapid.IntRange(0, len(of)-1).Draw(r, "conversation")]
}

// key is the same for both users of a direct conversation.
func key(of client.Conversation) client.Conversation { return client.Conversation{GID: of.GID} }

func (w *world) say(r *rapid.T) {
	d, of := w.somewhere(r)
	if _, err := d.c.SendTo(testkit.Soon(w.t), of, rapid.StringMatching(`[a-z]{1,8}`).Draw(r, "text")); err != nil {
		w.t.Fatal(err)
	}
	w.said[key(of)]++
}

func (w *world) change(r *rapid.T) {
	d, of := w.somewhere(r)
	last := w.said[key(of)]
	if last == 0 {
		r.Skip("nothing was said yet")
	}
	ch := client.Change{Seq: last - rapid.Int64Range(0, min(last-1, 4)).Draw(r, "how long ago")}
	ch.Op = rapid.SampledFrom([]string{
		client.OpEdit, client.OpEdit, client.OpReact, client.OpReact, client.OpReact, client.OpUnreact, client.OpPin, client.OpUnpin, client.OpRecall,
	}).Draw(r, "op")
	ch.Emoji = rapid.SampledFrom([]string{"👍", "❤", "❤️", "🎉"}).Draw(r, "emoji")
	ch.Text = rapid.StringMatching(`[a-z]{1,8}`).Draw(r, "text")
	_, err := d.c.Change(testkit.Soon(w.t), of, ch)
	var refused *client.Error
	if err != nil && !errors.As(err, &refused) { // somebody else's message, or one that was recalled
		w.t.Fatal(err)
	}
}

// settle ends the faults and has every device log in once more: then all show the same.
func (w *world) settle(t *testing.T) {
	for _, d := range w.devices {
		d.net.on.Store(false)
		d.net.cut()
	}
	for i, d := range w.devices {
		d.same(t, w.want(i))
		if older := d.older(); older != "" {
			t.Fatalf("%s of %s was told an older state: %s", d.options.Device, d.options.Name, older)
		}
	}
}

// want is what is fetched for a device: everything for one that was there from the beginning, and for
// one that came later what it was sent.
func (w *world) want(i int) map[place]string {
	d := w.devices[i]
	all := fetched(w.t, w.users[w.owner[i]], w.of[w.owner[i]]...)
	if i < len(w.users) {
		return all
	}
	shows := d.shows()
	for at := range all {
		if _, there := shows[at]; !there {
			delete(all, at)
		}
	}
	return all
}

func (w *world) close() {
	for _, d := range w.devices {
		d.c.Close()
	}
}
