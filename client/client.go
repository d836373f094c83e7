package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Client is one device of one account. New and Dial make it.
type Client struct {
	// Static.
	opts      Options
	endpoint  endpoint
	ctx       context.Context // ends with Close
	cancel    context.CancelFunc
	slots     chan struct{} // one for each message that has no answer
	callbacks chan struct{} // one for each Post whose callback has not returned
	fillWake  chan struct{}
	rested    chan struct{} // poked when a handler has returned
	done      chan struct{} // closed when the client will not come back
	tasks     sync.WaitGroup
	queueing  sync.Mutex // what goes into the outbox goes in the store's order; before mu

	// Owned by the handlers' goroutine.
	savedAt time.Time

	// Guarded by mu.
	mu       sync.Mutex
	started  bool
	over     bool  // done is closed
	err      error // why
	unsent   error // the same, if messages had no answer then
	leaving  bool  // a logout is under way
	self     User
	owner    int64      // whose account the store belongs to, 0 before its first login
	log      string     // the server's log that is known; "" before the first login
	newLog   bool       // it came with this login in the place of another
	saveMu   sync.Mutex // held while a batch is saved, and outside mu
	device   string
	token    string
	password string
	pin      string // the server's key for sealed connections, "" while none is known
	logins   int
	session  *session      // the logged-in one, nil between connections
	typedIn  Conversation  // where the server was told last that the user is writing
	typedAt  time.Time     // and when
	ready    chan struct{} // closed while there is a session
	outbox   outbox
	stalls   int // how often the outbox stalled since the last answer
	flushing []chan struct{}
	queue    queue
	busy     bool  // a handler is under way
	silenced bool  // no handler is to be called any more
	pending  Batch // what is to be saved in the store
	saving   bool  // a batch is being saved
	// Conversations, and those of them that have something to tell or to ask.
	conversations map[Conversation]*conversation
	dirty         []*conversation
	gaps          map[*conversation]struct{}
	behind        map[*conversation]struct{} // changes are missing
	// Reused from call to call.
	scratch []*Message
	encoded []byte
}

// New returns a client that is not connected; Login or Start connects it. The error says which
// option is wrong, or is the Store's.
func New(o Options) (*Client, error) {
	var saved Saved
	if o.Store != nil {
		var err error
		if saved, err = o.Store.Load(); err != nil {
			return nil, err
		}
		o.Token = orDefault(o.Token, saved.Token)
	}
	ep, err := o.check()
	if err != nil {
		return nil, err
	}
	o.Outbox = max(o.Outbox, len(saved.Outbox))
	c := newClient(o, ep)
	if err := c.restore(saved); err != nil {
		c.cancel()
		return nil, err
	}
	return c, nil
}

func newClient(o Options, ep endpoint) *Client {
	c := &Client{
		opts: o, endpoint: ep, token: o.Token, password: o.Password,
		slots: make(chan struct{}, o.Outbox), callbacks: make(chan struct{}, o.Outbox), fillWake: make(chan struct{}, 1), rested: make(chan struct{}, 1),
		done: make(chan struct{}), ready: make(chan struct{}),
		outbox:        outbox{window: o.Window},
		queue:         queue{limit: o.Events, wake: make(chan struct{}, 1)},
		conversations: make(map[Conversation]*conversation),
		gaps:          make(map[*conversation]struct{}),
		behind:        make(map[*conversation]struct{}),
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Dial calls New and Login.
func Dial(ctx context.Context, o Options) (*Client, error) {
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	if err := c.Login(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// Done returns a channel that is closed when the client will not reconnect: after Close, Logout, a
// goodbye that forbids it, or a login that was refused for good. Err says why.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns why the client is done, and nil before that.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Self returns the account as the last login named it. With a Store that may be a login of an
// earlier run. Before the first login it is zero.
func (c *Client) Self() User {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.self
}

// Token returns the token of the last login, or "" if there is none. A later run can log in with it
// instead of the password (Options.Token). Keep it secret.
func (c *Client) Token() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// Close ends the connection at once, and returns when nothing of the client runs any more. Messages
// without an answer fail with ErrClosed, or with ErrKept if Options.Store has them. Close leaves the
// Store open. A handler must not call it.
func (c *Client) Close() {
	c.cancel()
	c.end(ErrClosed)
	c.tasks.Wait()
}

// end makes err the client's end.
func (c *Client) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.over, c.err = true, err
	for _, e := range c.outbox.takeAll() {
		c.unsent = err
		if e.id != 0 {
			c.settle(e, Receipt{}, fmt.Errorf("%w (%w)", ErrKept, err))
			continue
		}
		c.settle(e, Receipt{}, err)
	}
	if !errors.Is(err, ErrClosed) {
		c.queue.push(Ended{Err: err})
	}
	poke(c.queue.wake)
	close(c.done)
}
