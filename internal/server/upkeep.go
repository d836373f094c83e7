package server

import (
	"context"
	"sync"
	"time"
)

const (
	upkeepEvery = time.Hour
	upkeepStep  = 500 // devices forgotten in one transaction
)

// startUpkeep forgets unused devices, now and every hour.
func (s *Server) startUpkeep(context.Context) (func(context.Context) error, error) {
	return s.every(upkeepEvery, s.forgetDevices), nil
}

// every calls do now and again and again, with a pause after each call. What it gives
// ends that: it cancels do's context and waits.
func (s *Server) every(pause time.Duration, do func(context.Context)) (stop func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			do(ctx)
			next := make(chan struct{})
			t := s.clock.AfterFunc(pause, func() { close(next) })
			select {
			case <-next:
			case <-ctx.Done():
				t.Stop()
			}
		}
	})
	return func(context.Context) error {
		cancel()
		running.Wait()
		return nil
	}
}

// forgetDevices works in small pieces, so that no login waits for it.
func (s *Server) forgetDevices(ctx context.Context) {
	before, forgotten := s.clock.Now().Add(-s.cfg.ForgetDevicesAfter), 0
	for ctx.Err() == nil {
		n, err := s.store.ForgetDevices(ctx, before, upkeepStep)
		if err != nil {
			if ctx.Err() == nil {
				s.log.Warn("cannot forget unused devices now; it is tried again in an hour", "error", err)
			}
			break
		}
		forgotten += n
		if n < upkeepStep {
			break
		}
	}
	if forgotten > 0 {
		s.log.Info("forgot unused devices", "devices", forgotten, "before", before)
	}
}
