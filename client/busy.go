package client

import (
	"context"
	"time"

	"parley/wire"
)

// A server that is busy says when to come back, and keeps a place until then. Behind a
// balancer another connection may reach another server, so the client waits on this one.
const (
	longestStay = 20 * time.Second // for longer, it leaves and comes back
	mostStays   = 10
)

// stay repeats ask, on the same connection, while the server is busy.
func (s *session) stay(ctx context.Context, ask func() error) error {
	for stays := 0; ; stays++ {
		err := ask()
		wait := retryAfter(err)
		if CodeOf(err) != wire.Busy || wait <= 0 || wait > longestStay || stays == mostStays {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
	}
}
