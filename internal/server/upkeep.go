package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/internal/archive"
	"parley/internal/chat"
)

const (
	upkeepEvery = time.Hour
	pruneEvery  = time.Minute
	upkeepStep  = 500 // devices or other rows forgotten in one transaction
)

// startUpkeep forgets unused devices, now and every hour, and old entries of journals
// and old send keys every minute.
func (s *Server) startUpkeep(context.Context) (func(context.Context) error, error) {
	forget, prune := s.every(upkeepEvery, s.forgetDevices), s.every(pruneEvery, s.pruneJournals)
	keys := s.every(pruneEvery, s.forgetKeys)
	requests, deletions := s.every(upkeepEvery, s.forgetRequests), s.every(pruneEvery, s.deleteAccounts)
	return func(ctx context.Context) error {
		return errors.Join(forget(ctx), prune(ctx), keys(ctx), requests(ctx), deletions(ctx))
	}, nil
}

// deleteAccounts deletes the accounts whose time has come. It waits while the clock is wrong: nothing
// brings them back.
func (s *Server) deleteAccounts(ctx context.Context) {
	if _, ok := s.believedNow(ctx); !ok {
		return
	}
	for ctx.Err() == nil {
		ok, err := s.service.DeleteDue(ctx, s.emptyTexts)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot delete an account now whose user wants that; retrying", "error", err)
		}
		if err != nil || !ok {
			return
		}
	}
}

// emptyTexts empties what a user has said, in the database and in segments.
func (s *Server) emptyTexts(ctx context.Context, user chat.UserID) error {
	_, err := s.archiver.Erase(ctx, user, func(archive.Progress) {})
	return err
}

// forgetRequests removes friend requests that have ended. They count for nothing before that.
func (s *Server) forgetRequests(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.store.ForgetRequests(ctx, upkeepStep)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot remove old friend requests now; retrying in an hour", "error", err)
		}
		if err != nil || n < upkeepStep {
			return
		}
	}
}

// forgetKeys removes send keys that were used long ago. They wait while the clock is wrong:
// a message that is repeated with a key that was forgotten too early is stored twice.
func (s *Server) forgetKeys(ctx context.Context) {
	believed, ok := s.believedNow(ctx)
	if !ok {
		return
	}
	age := chat.SendKeyKept + max(0, s.clock.Now().Sub(believed)) // by a clock that may be ahead
	for ctx.Err() == nil {
		n, err := s.store.ForgetKeys(ctx, age, upkeepStep)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot remove old send keys now; retrying in a minute", "error", err)
		}
		if err != nil || n < upkeepStep {
			return
		}
	}
}

// pruneJournals removes what no node can still want to read.
func (s *Server) pruneJournals(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.store.PruneJournals(ctx, chat.JournalKept, upkeepStep)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot remove old notices now; retrying in a minute", "error", err)
		}
		if err != nil || n < upkeepStep {
			return
		}
	}
}

// every calls do now and again and again, with a pause after each call. What it gives
// ends that: it cancels do's context and waits.
func (s *Server) every(pause time.Duration, do func(context.Context)) (stop func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			do(ctx)
			chat.Pause(s.clock, pause, ctx.Done())
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
	now, ok := s.believedNow(ctx)
	if !ok {
		return
	}
	before, forgotten := now.Add(-s.cfg.ForgetDevicesAfter), 0
	for ctx.Err() == nil {
		n, err := s.store.ForgetDevices(ctx, before, upkeepStep)
		if err != nil {
			if ctx.Err() == nil {
				s.log.Warn("cannot forget unused devices now; retrying in an hour", "error", err)
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
