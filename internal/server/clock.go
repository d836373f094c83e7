package server

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// clockWrong is how far a clock may be off before nothing that rests on the age of
	// things is done by it. People and databases are seldom off by more than hours.
	clockWrong = 24 * time.Hour
	clockEvery = time.Minute
)

// trouble is a text that comes and goes.
type trouble struct {
	mu   sync.Mutex
	text string
}

func (t *trouble) get() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text
}

// set reports whether that is news.
func (t *trouble) set(text string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	news := (t.text == "") != (text == "")
	t.text = text
	return news
}

// clocks are what is known of the time.
type clocks struct {
	began time.Time // this machine's clock when the server started
	last  time.Time // when the database had last changed then; zero for never
	own   bool      // the database has no clock of its own
}

// judge says what is wrong with this machine's clock, "" for nothing, and until when the
// past may be believed to reach: nothing that is younger before that is old. now is this
// machine's clock, db the database's, past when the database last changed.
//
// An embedded database that was off for long looks like a clock that is far ahead, and
// nobody is there to ask. So its age is reckoned from its last change and the time that
// this server has been running.
//
// ran is how long the server has been running, by a clock that nobody sets.
func (c clocks) judge(now time.Time, ran time.Duration, db, past time.Time) (wrong string, believed time.Time) {
	// Round strips the monotonic clock: what remains is what the machine says of the time.
	wall, began := now.Round(0), c.began.Round(0)
	if jump := wall.Sub(began) - ran; jump > clockWrong || jump < -clockWrong {
		return fmt.Sprintf("this machine's clock was moved by %v while the server ran; set it right and start the server again", jump.Round(time.Minute)), time.Time{}
	}
	if off := wall.Sub(db); !c.own && (off > clockWrong || off < -clockWrong) {
		return fmt.Sprintf("this machine's clock says %s, and the database's %s; set the wrong one right", stamp(wall), stamp(db)), time.Time{}
	}
	if past.Sub(wall) > clockWrong {
		return fmt.Sprintf("this machine's clock says %s, and the database was changed at %s; set the clock right (docs/operations.md says what to do if it was wrong before)", stamp(wall), stamp(past)), time.Time{}
	}
	if c.own && !c.last.IsZero() && began.Sub(c.last) > clockWrong {
		return "", c.last.Add(ran)
	}
	return "", wall
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }

// startClock looks at the clock now and every minute.
func (s *Server) startClock(ctx context.Context) (func(context.Context) error, error) {
	s.clocks = clocks{began: s.clock.Now(), own: !s.cfg.clustered()}
	_, past, err := s.times.Times(ctx)
	if err != nil {
		return nil, fmt.Errorf("the database cannot say what time it is: %w", err)
	}
	s.clocks.last = past
	if gap := s.clocks.began.Round(0).Sub(past); s.clocks.own && !past.IsZero() && gap > clockWrong {
		s.log.Info("the database was last changed a while ago; if the server was not off that long, this machine's clock is wrong",
			"ago", gap.Round(time.Hour), "at", stamp(past), "clock", stamp(s.clocks.began))
	}
	s.believedNow(ctx)
	return s.every(clockEvery, func(ctx context.Context) { s.believedNow(ctx) }), nil
}

// believedNow is the time by which the age of things is judged. It is not ok while the
// clock is wrong, or the database does not answer: what forgets by age must wait.
func (s *Server) believedNow(ctx context.Context) (now time.Time, ok bool) {
	now = s.clock.Now()
	db, past := now, s.clocks.last
	if !s.clocks.own { // which the embedded one would have to search for, and has from this clock
		var err error
		if db, past, err = s.times.Times(ctx); err != nil {
			return time.Time{}, false // the database's own trouble, which is told elsewhere
		}
	}
	wrong, believed := s.clocks.judge(now, now.Sub(s.clocks.began), db, past)
	if s.clockTrouble.set(wrong) {
		if wrong != "" {
			s.log.Error("the clock is wrong; until it is right, no device is forgotten and nothing is archived", "why", wrong)
		} else {
			s.log.Info("the clock is right again")
		}
	}
	return believed, wrong == ""
}
