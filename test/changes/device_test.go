package changes

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/client/clienttest"
	"parley/test/testkit"
	"parley/wire"
)

// device is a program of one account: it shows messages, and brings them up to date with what it is
// told. It may be restarted; then it shows what its store has.
type device struct {
	t       testing.TB
	options client.Options
	net     *faulty
	events  int // Options.Events
	store   *clienttest.Store
	of      []client.Conversation // what it shows
	c       *client.Client

	mu   sync.Mutex
	view map[place]*client.Message
	back string // a state that was older than what was told before
}

type place struct {
	of  client.Conversation
	seq int64
}

// open starts a device with a new store.
func open(t testing.TB, o client.Options, seed uint64, of ...client.Conversation) *device {
	d := &device{t: t, options: o, net: newFaulty(seed), events: 4 << (seed % 9), store: new(clienttest.Store), of: of}
	d.start()
	return d
}

func (d *device) start() {
	o := d.options
	o.Dialer, o.Store, o.OnEvent = d.net.dial, d.store, d.event
	o.GapWait = 10 * time.Millisecond
	o.Events = d.events
	d.view = map[place]*client.Message{}
	for at, m := range d.kept() {
		d.view[at] = m
	}
	c, err := client.New(o)
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.c = c
}

// restart is a program that is killed and started again.
func (d *device) restart() {
	d.c.Close()
	d.start()
}

// kept is what the store has.
func (d *device) kept() map[place]*client.Message {
	all := map[place]*client.Message{}
	for _, of := range d.of {
		messages, _, err := d.store.Messages(of, 0, 1<<20)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, m := range messages {
			all[place{of, m.Seq}] = m
		}
	}
	return all
}

func (d *device) event(_ *client.Client, e client.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e := e.(type) {
	case *client.Message:
		copied := *e
		d.view[place{e.Conversation, e.Seq}] = &copied
	case client.Changed:
		m := d.view[place{e.Conversation, e.Seq}]
		if m != nil && e.State.Rev < m.State.Rev && d.back == "" {
			d.back = fmt.Sprintf("%v %d: rev %d after %d", e.Conversation, e.Seq, e.State.Rev, m.State.Rev)
		}
		if m != nil {
			m.Apply(e)
		}
	}
}

// older returns what was told that was older than what was told before, "" for nothing.
func (d *device) older() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.back
}

// shows is the view as texts, so that it can be compared.
func (d *device) shows() map[place]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return texts(d.view)
}

func texts(view map[place]*client.Message) map[place]string {
	all := make(map[place]string, len(view))
	for at, m := range view {
		state := m.State
		state.Mentions = nil // who is mentioned now stands in Extra, whoever has said it
		all[at] = fmt.Sprintf("%q %+v %+v", m.Text, state, m.Extra)
	}
	return all
}

// fetched is what a device that comes last of all has: by the history alone.
func fetched(t testing.TB, o client.Options, of ...client.Conversation) map[place]string {
	o.Device = "late"
	o.OnEvent = func(*client.Client, client.Event) {}
	c, err := client.Dial(testkit.Soon(t), o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	all := map[place]*client.Message{}
	for _, v := range of {
		for after := int64(0); ; {
			page, err := c.HistoryAfter(testkit.Soon(t), v, after, wire.MaxPage)
			if client.CodeOf(err) == wire.NoConversation {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Messages {
				all[place{v, m.Seq}], after = m, m.Seq
			}
			if !page.More {
				break
			}
		}
	}
	return texts(all)
}

// same waits until a device shows, and has in its store, what was fetched.
func (d *device) same(t testing.TB, want map[place]string) {
	deadline := time.Now().Add(testkit.Patience)
	for {
		shows, kept := d.shows(), texts(d.kept())
		if maps.Equal(want, shows) && maps.Equal(want, kept) {
			return
		}
		if time.Now().After(deadline) {
			for at, state := range want {
				if shows[at] != state || kept[at] != state {
					t.Errorf("%s, %v %d:\nfetched %s\nshown   %s\nkept    %s", d.options.Device, at.of, at.seq, state, shows[at], kept[at])
				}
			}
			t.Fatalf("%s of %s shows %d messages, has %d, and %d were fetched", d.options.Device, d.options.Name, len(shows), len(kept), len(want))
		}
		time.Sleep(5 * time.Millisecond)
	}
}
