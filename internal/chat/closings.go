package chat

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/wire"
)

// closings are the sessions that the store could not end yet. Their accounts are
// locked out until it can, so they are tried again and again by one goroutine, which
// exists only while there are any.
type closings struct {
	mu      sync.Mutex
	waiting []unclosed
	running bool
	stopped bool
	worker  sync.WaitGroup
	wake    chan struct{} // Close wakes the worker out of its pause
}

type unclosed struct {
	Closing
	how Ending
}

// The pause between two tries doubles from the first to the last.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// closeLater takes over a session that is to be ended.
func (s *Service) closeLater(c Closing, how Ending) {
	q := &s.closings
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, unclosed{c, how})
	if !q.running && !q.stopped {
		q.running = true
		q.worker.Go(s.retryClosings)
	}
}

// retryClosings ends sessions until none is left.
func (s *Service) retryClosings() {
	q := &s.closings
	pause := Backoff{First: firstRetry, Longest: lastRetry}
	for {
		if s.pause(pause.Next()) {
			q.mu.Lock()
			q.running = false
			q.mu.Unlock()
			return
		}
		if s.tryClosings() > 0 {
			pause.Reset()
		}
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
	}
}

// pause waits, and reports whether the service is closing instead.
func (s *Service) pause(d time.Duration) (closing bool) {
	return !Pause(s.clock, d, s.closings.wake)
}

// tryClosings goes once through those who wait and stops at the first that fails:
// the store does not answer, and asking it for all the others would only take long.
func (s *Service) tryClosings() (done int) {
	q := &s.closings
	for {
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.mu.Unlock()
			return done
		}
		next := q.waiting[0]
		q.mu.Unlock()

		ctx, cancel := s.background()
		move, err := s.store.CloseSession(ctx, next.Closing)
		if err == nil {
			s.gone(ctx, move, next.how)
		}
		cancel()
		q.mu.Lock()
		q.waiting = q.waiting[1:]
		if err != nil && !final(err) {
			// To the end of the line: one that can never be closed must not keep the
			// others from it.
			q.waiting = append(q.waiting, next)
			q.mu.Unlock()
			s.log.Warn("a session still could not be ended", "user", next.User, "session", next.Session, "error", err)
			return done
		}
		q.mu.Unlock()
		done++
	}
}

// final reports whether trying again to end a session is no use: the store has said
// that there is none, for an account that is no more, say.
func final(err error) bool {
	if err == nil {
		return false
	}
	code := AsError(err).Code
	return code != wire.Internal && !code.Retry()
}

// finishClosings ends the worker and tries once more.
func (s *Service) finishClosings(ctx context.Context) error {
	q := &s.closings
	q.mu.Lock()
	q.stopped = true
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
	finished := make(chan struct{})
	go func() { // ends with the worker, whose writes have a deadline
		defer close(finished)
		q.worker.Wait()
		s.tryClosings()
	}()
	select {
	case <-finished:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		return errors.New("chat: sessions are left in the store that could not be ended; the next start ends them")
	}
	return nil
}
