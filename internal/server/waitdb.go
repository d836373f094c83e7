package server

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store"
)

// waitPause is how long a database that is away is left alone before it is asked again.
const waitPause = 500 * time.Millisecond

// openStore opens the database, and waits for one that is not there yet: whatever starts
// everything at once, as containers do, often starts the server first. What waiting does
// not mend is told at once.
func (s *Server) openStore(ctx context.Context, url string) (*store.Store, error) {
	began := s.clock.Now()
	for waited := false; ; waited = true {
		st, err := store.Open(ctx, store.Options{URL: url, Log: s.log, Clock: s.clock, Metrics: s.metrics.storeHooks(s.ready)})
		took := s.clock.Now().Sub(began)
		switch {
		case err == nil:
			if waited {
				s.log.Info("the database is there", "after", took.Round(time.Millisecond))
			}
			return st, nil
		case !store.Away(err) || took >= s.cfg.WaitForDB:
			return nil, err
		case !waited:
			s.log.Warn("the database is not there yet; waiting for it (wait-for-db)", "for", s.cfg.WaitForDB, "err", err)
		}
		if !chat.Pause(s.clock, waitPause, ctx.Done()) {
			return nil, err
		}
	}
}
