package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"parley/wire"
)

// Login connects and logs in. Afterwards the client reconnects by itself. If the first login fails,
// Login returns its error (an *Error if the server refused it) and closes the client. If the server
// is busy, Login tries again when the server says, at most 10 times. Call either Login or Start, and
// only once.
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

// Start connects in the background. It tries until the login succeeds or is refused for good.
// Messages can be sent at once; they leave after the login.
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
