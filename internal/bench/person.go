package bench

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"parley/client"
	"parley/wire"
)

// person is one user of the run, with a client that is replaced when it has ended.
type person struct {
	// Static, once everybody has logged in.
	r     *run
	index int
	name  string
	id    int64
	route *route

	// Guarded by mu.
	mu      sync.Mutex
	c       *client.Client // nil while the user is away
	token   string
	renewed chan struct{} // closed when c changes
	states  map[int64]bool

	online atomic.Bool
	since  atomic.Int64 // the time from which what is displayed is late, see offline
	move   atomic.Pointer[move]
}

func newPerson(r *run, index int) *person {
	return &person{
		r: r, index: index, name: r.o.Prefix + strconv.Itoa(index),
		route: routeFor(r.o.Servers, index), renewed: make(chan struct{}), states: make(map[int64]bool),
	}
}

// options are how this user connects. A bench is impatient: what a harness breaks is
// to be found out, and come back from, within seconds.
func (p *person) options() client.Options {
	o := client.Options{
		ConnectTimeout: 5 * time.Second, AnswerTimeout: 15 * time.Second,
		MinBackoff: 50 * time.Millisecond, MaxBackoff: 2 * time.Second,
		Events: 4096,
	}
	if p.r.o.Client != nil {
		p.r.o.Client(&o)
	}
	p.mu.Lock()
	o.Token = p.token
	p.mu.Unlock()
	o.Name, o.Password, o.Invite, o.Device = p.name, p.r.o.Password, p.r.o.Invite, "bench"
	o.Window = p.r.o.Window
	o.Outbox = p.r.o.Window + 8 // a slot is free a moment after its callback
	o.OnMessage, o.OnEvent = p.onMessage, p.onEvent
	p.route.apply(&o)
	return o
}

// register makes the account, unless it exists. Where the server makes none, or wants another
// invitation, it does not say whether the account exists: a login tells.
func (p *person) register(ctx context.Context) error {
	_, err := client.Register(ctx, p.options())
	switch client.CodeOf(err) {
	case wire.NameTaken:
		return nil
	case wire.NoRegistration, wire.BadRegistrationInvite:
		if p.r.o.reused && p.exists(ctx) {
			return nil
		}
	}
	return err
}

// exists reports whether the user can log in.
func (p *person) exists(ctx context.Context) bool {
	o := p.options()
	o.OnMessage, o.OnEvent = nil, nil
	c, err := client.New(o)
	if err != nil {
		return false
	}
	defer c.Close()
	return c.Login(ctx) == nil
}

// login makes the user's first client, or one after going away.
func (p *person) login(ctx context.Context) error {
	p.remember()
	c, err := client.New(p.options())
	if err != nil {
		return err
	}
	p.replace(c)
	if err := c.Login(ctx); err != nil {
		p.replace(nil)
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.id, p.token = c.Self().ID, c.Token()
	return nil
}

// remember tells the account that a new client follows one that has ended. Nothing of
// the old one runs any more.
func (p *person) remember() {
	if v := p.r.conversationOf(p.index); v != nil && v.ledger != nil {
		v.ledger.renewed(p.index - v.first)
	}
}

// replace makes c the user's client.
func (p *person) replace(c *client.Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.c = c
	close(p.renewed)
	p.renewed = make(chan struct{})
	if c == nil {
		p.left()
	}
}

// client returns the user's client of now, and a channel that tells of its replacement.
func (p *person) client() (*client.Client, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.c, p.renewed
}

// leave logs out, or where that is not possible in time, closes.
func (p *person) leave(ctx context.Context) error {
	c, _ := p.client()
	if c == nil {
		return nil
	}
	p.replace(nil)
	return c.Logout(ctx)
}

// vanish closes the connection without a word.
func (p *person) vanish() {
	if c, _ := p.client(); c != nil {
		p.replace(nil)
		c.Close()
	}
}

// onEvent takes what is no message. It runs in the client's own goroutine.
func (p *person) onEvent(_ *client.Client, e client.Event) {
	switch e := e.(type) {
	case client.Connected:
		if !p.online.Swap(true) {
			p.r.online.Add(1)
		}
		if e.Again {
			p.r.reconnects.Add(1)
		}
		p.met(e.Friends, len(e.Friends) < wire.MaxLoginList)
	case client.Disconnected:
		p.left()
		p.r.failed(e.Err)
	case client.Gap:
		p.r.gap(p, e)
	case client.Presence:
		p.sees(e)
	case client.Notice:
		if e.What == "friend_added" {
			p.met([]client.Friend{{User: e.User, Online: e.Online}}, true)
		}
	case client.Missed:
		p.met(nil, false)
	case client.Ended:
		p.left()
		p.r.failed(e.Err)
		if c, _ := p.client(); c != nil {
			p.r.task(func() { p.revive(c) })
		}
	}
}

// left notes that the user has no connection.
func (p *person) left() {
	if p.online.Swap(false) {
		p.r.online.Add(-1)
	}
}

// revive gives the user a new client in place of one that will not come back by itself.
func (p *person) revive(ended *client.Client) {
	const pause = 500 * time.Millisecond
	select {
	case <-time.After(pause):
	case <-p.r.alive.Done():
		return
	}
	if c, _ := p.client(); c != ended {
		return
	}
	ended.Close()
	p.remember()
	c, err := client.New(p.options())
	if err == nil {
		p.replace(c)
		err = c.Start()
	}
	if err != nil {
		p.r.failed(err)
		return
	}
	p.r.reconnects.Add(1)
}

// patiently tries until it works, the refusal is for good, or ctx has ended. What the
// server refuses for now, and a server that is just not there, may be better soon.
func patiently(ctx context.Context, try func(context.Context) error) error {
	const longest = 2 * time.Second
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, longest) {
		err := try(ctx)
		var refused *client.Error
		if errors.As(err, &refused) {
			switch refused.Code {
			case wire.Busy, wire.Unavailable, wire.RateLimited, wire.StoreFull, wire.SessionEnded, wire.AlreadyOnline:
				pause = max(pause, refused.RetryAfter)
			default:
				return err
			}
		}
		if err == nil || errors.Is(err, client.ErrClosed) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}
