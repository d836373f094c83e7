package term

import (
	"context"
	"fmt"
	"io"
	"time"

	"parley/client"
)

// Tail prints messages as they come, and nothing else; as JSON, also what is done to messages
// afterwards.
type Tail struct {
	Account
	JSON  bool
	Count int // stop after so many messages; 0: never
	Out   io.Writer
	Zone  *time.Location
}

// Run prints until ctx ends (which is no error), Count is reached or the client has
// ended. What was printed counts as received.
func (t *Tail) Run(ctx context.Context) error {
	who := newRoster()
	zone := t.Zone
	if zone == nil {
		zone = time.Local
	}
	out := &show{out: t.Out, json: t.JSON, zone: zone, who: who, dated: true}
	left, enough, failed := t.Count, make(chan struct{}), make(chan error, 1)
	c, err := t.login(ctx, func(o *client.Options) {
		o.OnEvent = func(c *client.Client, e client.Event) {
			who.follow(e)
			m, ok := e.(*client.Message)
			if e, changed := e.(client.Changed); changed && t.JSON {
				out.event(e) // it counts for nothing
				ok = false
			}
			if !ok {
				return
			}
			out.event(m)
			if err := out.failed(); err != nil {
				failed <- err
				<-c.Done() // closed, so that this message does not count as received
				return
			}
			if left--; left == 0 {
				c.StopHandlers() // what comes now is for the next run
				close(enough)
			}
		}
	})
	if err != nil {
		return err
	}
	defer c.Close()
	select {
	case err := <-failed:
		return fmt.Errorf("a message could not be printed: %w; the next run prints it", err)
	case <-enough:
	case <-readerGone(t.Out):
	case <-ctx.Done():
	case <-c.Done():
		return c.Err()
	}
	return t.leave(context.WithoutCancel(ctx), c)
}

// leave tells the server what was printed.
func (t *Tail) leave(ctx context.Context, c *client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := c.Logout(ctx); err != nil {
		return fmt.Errorf("the last messages may be printed again next time, because the server could not be told: %w", err)
	}
	return nil
}
