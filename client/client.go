package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"parley/wire"
)

// Client is one device of one account. Make it with New, or with Dial.
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
	// Reused from call to call.
	scratch []*Message
	encoded []byte
}

// New makes a client; it connects with Login or Start. An error names the option
// that cannot work.
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
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Dial is New and Login.
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

// Register makes an account with Options.Name and Options.Password, over a connection
// of its own, and returns its id. A name that exists is refused with wire.NameTaken; where
// registration is by invitation, wire.BadRegistrationInvite asks for a code in Options.Invite.
// From a server that is busy it comes back at the times told, ten times at most.
func Register(ctx context.Context, o Options) (int64, error) {
	ep, err := o.check()
	if err != nil {
		return 0, err
	}
	if o.Name == "" || o.Password == "" {
		return 0, errors.New("client: registering needs Options.Name and Options.Password")
	}
	connecting, cancel := context.WithTimeout(ctx, o.ConnectTimeout)
	defer cancel()
	s, err := newClient(o, ep).open(connecting)
	if err != nil {
		return 0, err
	}
	defer s.t.net().Close()
	q := request(wire.Register)
	q.Name, q.Pwd = o.Name, o.Password
	q.Set(wire.FName, wire.FPwd)
	if o.Invite != "" {
		q.Invite = o.Invite
		q.Set(wire.FInvite)
	}
	var id int64
	err = s.stay(ctx, func() error {
		return s.exchange(ctx, q, func(frame any) (bool, error) {
			f, ok := frame.(*wire.RegisterReply)
			if !ok {
				return false, nil
			}
			id = f.ID
			return true, refusal(f.Erron, f.Errinfo, f.RetryAfterMS)
		})
	})
	return id, err
}

// Login connects and logs in. From then on the client comes back by itself. When the
// first login fails, its error is returned (an *Error for a refusal) and the client is
// closed; from a server that is busy it comes back at the times told first, ten times
// at most. Call it, or Start, once.
func (c *Client) Login(ctx context.Context) error {
	first := make(chan error, 1)
	if err := c.start(first); err != nil {
		return err
	}
	select {
	case err := <-first:
		if err != nil {
			c.Close()
		}
		return err
	case <-ctx.Done():
		c.Close()
		return ctx.Err()
	}
}

// Start connects in the background and goes on trying until it could log in, or was
// refused for good. Messages may be sent at once; they leave after the login.
func (c *Client) Start() error { return c.start(nil) }

func (c *Client) start(first chan<- error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.ctx.Err() != nil {
		return ErrClosed
	}
	if c.started {
		return errors.New("client: Login or Start was called before")
	}
	c.started = true
	c.tasks.Add(3)
	go c.run(first)
	go c.dispatch()
	go c.fill()
	return nil
}

// run connects again and again until the client is closed or refused for good.
func (c *Client) run(first chan<- error) {
	defer c.tasks.Done()
	failures := 0
	ghosts := ghosts{started: time.Now(), kept: c.opts.Store != nil}
	for {
		began := time.Now()
		err := c.connection(first)
		c.mu.Lock()
		leaving, again := c.leaving, c.logins > 0
		c.mu.Unlock()
		if leaving || c.ctx.Err() != nil {
			c.end(ErrClosed)
			return
		}
		if final(err, again) && !ghosts.explain(err) || first != nil && !again {
			c.end(err)
			if first != nil && !again {
				first <- err
			}
			return
		}
		if time.Since(began) > c.opts.MaxBackoff {
			failures = 0
		}
		pause := c.pause(failures, err)
		failures++
		c.mu.Lock()
		c.queue.push(Disconnected{Err: err, Retry: pause})
		c.mu.Unlock()
		select {
		case <-time.After(pause):
		case <-c.ctx.Done():
		}
	}
}

// ghosts are the late logins of earlier runs of this program that died with a login
// under way: the server handles it when this run has logged in already, and it takes
// over. A Store is held by one program at a time, so a takeover soon after the start
// of a client that has one is most likely such a ghost's.
type ghosts struct {
	started time.Time
	kept    bool // there is a store
	met     int
}

// explain reports whether err is a takeover after which the client is to come back.
func (g *ghosts) explain(err error) bool {
	const soon, most = 30 * time.Second, 3 // so that two programs that share a device by mistake do not fight for long
	var bye *GoodbyeError
	if !g.kept || !errors.As(err, &bye) || bye.Code != wire.ByeTakenOver || g.met >= most || time.Since(g.started) > soon {
		return false
	}
	g.met++
	return true
}

// pause is how long to wait before the next attempt: full jitter over an exponential
// bound, on top of what the server asked for.
func (c *Client) pause(failures int, err error) time.Duration {
	bound := min(c.opts.MaxBackoff, c.opts.MinBackoff<<min(failures, 20))
	pause := rand.N(bound + 1)
	var bye *GoodbyeError
	if errors.As(err, &bye) {
		pause += bye.After
	}
	return pause + retryAfter(err)
}

// connection is one connection's life: connect, log in, serve. It returns why it ended.
func (c *Client) connection(first chan<- error) error {
	ctx, cancel := context.WithTimeout(c.ctx, c.opts.ConnectTimeout)
	defer cancel()
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer s.t.net().Close()
	reply, unbroken, err := c.logIn(c.ctx, s)
	if err != nil {
		return err
	}
	if err := c.keepLogin(reply); err != nil {
		return err
	}
	c.begin(s, reply, unbroken)
	if first != nil && c.loginCount() == 1 {
		first <- nil
	}
	stop := context.AfterFunc(c.ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.fail(ErrClosed)
	})
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write()
	}()
	err = s.read()
	<-written
	c.mu.Lock()
	c.session = nil
	c.ready = make(chan struct{})
	c.mu.Unlock()
	close(s.left)
	return err
}

// logIn logs in by the token if there is one, and by the password where the token is
// refused or missing. unbroken is false when the token was refused: another program
// may have used the device since.
func (c *Client) logIn(ctx context.Context, s *session) (reply *wire.LoginReply, unbroken bool, err error) {
	c.mu.Lock()
	token := c.token
	c.mu.Unlock()
	if token != "" {
		reply, err = c.tryLogin(ctx, s, token, "")
		if CodeOf(err) != wire.BadCredentials || c.currentPassword() == "" {
			return reply, true, err
		}
	}
	reply, err = c.tryLogin(ctx, s, token, c.currentPassword())
	return reply, token == "", err
}

func (c *Client) tryLogin(ctx context.Context, s *session, token, password string) (*wire.LoginReply, error) {
	var reply *wire.LoginReply
	err := s.stay(ctx, func() error {
		return s.exchange(ctx, c.loginFrame(token, password), func(frame any) (bool, error) {
			f, ok := frame.(*wire.LoginReply)
			if !ok {
				return false, nil
			}
			reply = f
			return true, refusal(f.Erron, f.Errinfo, f.RetryAfterMS)
		})
	})
	return reply, err
}

func (c *Client) currentPassword() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.password
}

func (c *Client) loginFrame(token, password string) *wire.Request {
	q := request(wire.Login)
	if c.opts.UserID != 0 {
		q.ID = c.opts.UserID
		q.Set(wire.FID)
	}
	if c.opts.Name != "" {
		q.Name = c.opts.Name
		q.Set(wire.FName)
	}
	if token != "" {
		q.Token = token
		q.Set(wire.FToken)
	}
	if password != "" || token == "" {
		q.Pwd = password // a token beside it shows that this device has been in before
		q.Set(wire.FPwd)
	}
	if c.opts.Device != "" {
		q.Device = c.opts.Device
		q.Set(wire.FDevice)
	}
	if c.opts.Label != "" {
		q.Label = c.opts.Label
		q.Set(wire.FLabel)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.outbox.sendNext(); n > 0 {
		q.SendNext = n
		q.Set(wire.FSendNext)
	}
	return q
}

// begin makes s the client's session.
func (c *Client) begin(s *session, reply *wire.LoginReply, unbroken bool) {
	now := time.Now()
	s.interval = orDefault(time.Duration(reply.HeartbeatMS)*time.Millisecond, 30*time.Second)
	s.silence = s.interval * 5 / 2
	s.beatAt = now.Add(s.interval)
	_ = s.t.net().SetDeadline(time.Time{}) // the reader finds a dead connection out
	c.mu.Lock()
	defer c.mu.Unlock()
	c.self, c.device = User{reply.ID, reply.Name}, reply.Device
	for _, e := range c.outbox.login(reply.LastSendSeq, unbroken) {
		c.unqueue(e)
		c.settle(e, Receipt{}, ErrUnknownOutcome)
	}
	c.logins++
	c.queue.push(Connected{
		User: c.self, Device: c.device, Again: c.logins > 1, NewLog: c.newLog,
		Friends: friends(reply.Friends), Groups: groups(reply.Groups),
	})
	c.newLog = false
	for _, f := range reply.Friends {
		c.met(Named{Direct(f.ID), f.Name})
	}
	for _, g := range reply.Groups {
		c.met(Named{Group(g.GID), g.GName})
	}
	c.session = s
	if len(c.dirty) > 0 {
		s.tellAt = now.Add(c.opts.ReceivedEvery)
	}
	close(c.ready)
	poke(c.fillWake)
}

// keepLogin sees to it that this is the account that the store belongs to, and keeps
// the token before anything is sent by it.
func (c *Client) keepLogin(reply *wire.LoginReply) error {
	store := c.opts.Store
	c.mu.Lock()
	owner := c.owner
	if reply.Token != "" {
		c.token = reply.Token
	}
	c.mu.Unlock()
	if owner != 0 && owner != reply.ID {
		return fmt.Errorf("%w: it is of user %d, and user %d has logged in", ErrOtherAccount, owner, reply.ID)
	}
	if reply.Token != "" && store != nil {
		if err := store.KeepToken(reply.Token); err != nil {
			return fmt.Errorf("client: the login's token could not be kept: %w", err)
		}
	}
	if err := c.keepLog(reply.Log); err != nil {
		return err
	}
	if owner != 0 || store == nil {
		return nil
	}
	if err := store.Save(Batch{Self: User{reply.ID, reply.Name}}); err != nil {
		return fmt.Errorf("client: the login could not be kept: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owner = reply.ID
	return nil
}

func (c *Client) loginCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.logins
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

// Done is closed when the client will not come back by itself: after Close, Logout, a
// goodbye that forbids it, or a login that was refused for good. See Err.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err says why the client is done; nil before that.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Self is the account as the last login named it, also that of an earlier run if there
// is a Store; zero before the first.
func (c *Client) Self() User {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.self
}

// Token is the last login's token, by which a later run may log in without the
// password (Options.Token); "" if there is none. It is a secret.
func (c *Client) Token() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// Logout waits for the handler under way, tells the server what was displayed, ends the session there and closes the
// client. Messages without an ack are given up, unless Options.Store keeps them: call
// Flush first. The error tells that
// the server could not be told; the client is closed all the same.
func (c *Client) Logout(ctx context.Context) error { return c.logout(ctx, request(wire.Logout)) }

// SignOut is Logout for good: it ends this device's token as well, there and in
// Options.Store, so that the next login needs the password. When the server could not be
// told, the token is good there until it is revoked (Revoke, ChangePassword); here it is
// forgotten all the same.
func (c *Client) SignOut(ctx context.Context) error {
	q := request(wire.Logout)
	q.Revoke = true
	q.Set(wire.FRevoke)
	err := c.logout(ctx, q)
	c.mu.Lock()
	c.token = ""
	c.mu.Unlock()
	if c.opts.Store != nil {
		err = errors.Join(err, c.opts.Store.KeepToken(""))
	}
	return err
}

func (c *Client) logout(ctx context.Context, q *wire.Request) error {
	ctx, cancel := context.WithTimeout(ctx, c.opts.RequestTimeout)
	defer cancel()
	c.StopHandlers()
	_ = c.rest(ctx) // what is not displayed by then comes again
	c.mu.Lock()
	s := c.session
	if s != nil && s.err == nil {
		c.leaving = true
		for _, v := range c.dirty {
			c.encoded = received(v).AppendJSON(c.encoded[:0])
			s.pending = s.t.frame(s.pending, c.encoded)
		}
		c.dirty = nil
	}
	c.mu.Unlock()
	if s == nil {
		c.Close()
		return ErrInterrupted
	}
	answer, err := s.call(ctx, q)
	if ack, ok := answer.(*wire.AckReply); ok {
		err = refusal(ack.Erron, ack.Errinfo, ack.RetryAfterMS)
	}
	c.mu.Lock()
	var bye *GoodbyeError
	if errors.As(s.err, &bye) && !q.Revoke {
		err = nil // a goodbye is an answer to a logout as well
	}
	c.mu.Unlock()
	c.Close()
	return err
}

// Close ends the connection at once and waits until nothing of the client runs.
// Messages without an ack fail with ErrClosed, or with ErrKept where Options.Store has
// them. It must not be called by a handler. The Store stays open: whoever opened it
// closes it afterwards.
func (c *Client) Close() {
	c.cancel()
	c.end(ErrClosed)
	c.tasks.Wait()
}
