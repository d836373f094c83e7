package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	"parley/client"
	"parley/test/sim/memstore"
)

// instance is one run of a program that uses the SDK, on one device.
type instance struct {
	world  *world
	user   *account
	device string
	rng    *rand.Rand
	client *client.Client
	screen *screen

	mu        sync.Mutex
	conn      *conn // the last one
	connected bool
	again     bool // was connected before
	ended     error
	online    map[int64]bool // friends, as far as this client knows
}

// startInstance starts a program on a device.
func (w *world) startInstance(u *account, device string) *instance {
	i := &instance{world: w, user: u, device: device, rng: split(w.rng), online: map[int64]bool{}}
	i.screen = w.record.newScreen(deviceKey{u.id, device})
	c, err := client.New(client.Options{
		Server: "sim:6000", UserID: int64(u.id), Password: password, Device: device,
		OnMessage: i.onMessage, OnEvent: i.onEvent, Dialer: i.dialer(w.dialer(split(w.rng))),
		ConnectTimeout: 3 * time.Second, RequestTimeout: 3 * time.Second, AnswerTimeout: 6 * time.Second,
		WriteTimeout: 4 * time.Second, MinBackoff: 50 * time.Millisecond, MaxBackoff: time.Second,
		MaxRetryDelay: time.Second, Window: 1 + i.rng.IntN(16), Events: 16 + i.rng.IntN(64),
		GapWait: 100 * time.Millisecond, GapTries: 7,
	})
	if err != nil {
		panic(err) // the options are the simulation's own
	}
	i.client = c
	if err := c.Start(); err != nil {
		panic(err)
	}
	return i
}

// dialer remembers the connection that dial makes.
func (i *instance) dialer(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err == nil {
			i.mu.Lock()
			i.conn = c.(*conn)
			i.mu.Unlock()
		}
		return c, err
	}
}

// draw is for the script and the handlers, which run at the same time.
func (i *instance) draw(n int) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.rng.IntN(n)
}

func (i *instance) onMessage(_ *client.Client, m *client.Message) {
	w := i.world
	w.record.display(i.screen, m.Conversation, w.convID(i.user, m.Conversation), m.Seq, m.Text)
	if i.world.plan.slowHandlers && i.draw(8) == 0 {
		time.Sleep(time.Duration(i.draw(30)) * time.Millisecond)
	}
}

func (i *instance) onEvent(_ *client.Client, e client.Event) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch e := e.(type) {
	case client.Connected:
		i.connected, i.again = true, true
		i.world.record.note("%d/%s is logged in", i.user.id, i.device)
		for _, f := range e.Friends {
			i.online[f.ID] = f.Online
		}
	case client.Disconnected:
		i.connected = false
		i.world.record.note("%d/%s: %v", i.user.id, i.device, e.Err)
	case client.Presence:
		i.online[e.ID] = e.Online
		i.world.record.note("%d/%s: %d is online: %v", i.user.id, i.device, e.ID, e.Online)
	case client.Gap:
		i.world.record.mu.Lock()
		i.screen.gaps = append(i.screen.gaps, e)
		i.world.record.mu.Unlock()
	case client.NotMember:
		i.world.record.mu.Lock()
		i.screen.absent = append(i.screen.absent, e)
		i.world.record.mu.Unlock()
	case client.Ended:
		i.connected, i.ended = false, e.Err
	}
}

// state tells whether the client is logged in, and why it ended if it did.
func (i *instance) state() (connected bool, ended error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.connected, i.ended
}

// say posts a message with a text that nobody else posts.
func (i *instance) say(to client.Conversation) {
	w := i.world
	w.said++
	text := fmt.Sprintf("m%d of %d/%s", w.said, i.user.id, i.device)
	if i.draw(40) == 0 {
		text += strings.Repeat("x", maxText) // will be refused
	}
	p := &post{text: text, name: to, from: i.user.id, err: errOpen}
	w.record.posted(p)
	err := i.client.Post(to, text, func(r client.Receipt, err error) { w.record.answered(p, r.Seq, err) })
	if err != nil {
		w.record.answered(p, 0, err)
	}
}

// do runs a request of the client in the background.
func (i *instance) do(what string, f func(ctx context.Context) error) {
	i.world.tasks.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		err := f(ctx)
		i.world.record.note("%d/%s %s: %v", i.user.id, i.device, what, client.CodeOf(err))
	})
}

// cursorMoved holds a cursor against what its device has displayed, as it is written.
// Without a device the cursor moves when the machine has the bytes, which may be a
// moment before they are displayed: if they never are, the later checks find it.
func (w *world) cursorMoved(c memstore.Moved) {
	if c.Name == "" {
		return
	}
	who := deviceKey{c.User, c.Name}
	w.record.mu.Lock()
	defer w.record.mu.Unlock()
	if shown := max(w.record.shown[who][c.Conv], c.Start); c.Seq > shown {
		w.record.violatedLocked("the cursor of %d/%s in conversation %d moves to %d, and it has displayed %d",
			who.user, who.device, c.Conv, c.Seq, shown)
	}
}
