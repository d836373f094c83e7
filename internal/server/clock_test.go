package server

import (
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/internal/chat"
)

func TestTheClockIsJudged(t *testing.T) {
	const day = 24 * time.Hour
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		own      bool
		last     time.Duration // of the last change before the start, from at
		wall     time.Duration // this machine's clock now, from at
		ran      time.Duration
		db, past time.Duration // from at
		wrong    string
		believed time.Duration
	}{
		{"all agree", false, 0, time.Hour, time.Hour, time.Hour, time.Hour, "", time.Hour},
		{"half a day off", false, 0, time.Hour, time.Hour, -11 * time.Hour, -11 * time.Hour, "", time.Hour},
		{"ahead of the database", false, 0, 3 * day, 3 * day, time.Hour, 0, "the database's 2026-11-30", 0},
		{"behind the database", false, 0, 0, 0, 3 * day, 0, "the database's 2026-12-03", 0},
		{"behind what the database holds", true, 0, 0, 0, 0, 400 * day, "was changed at 2028-01-04", 0},
		{"moved ahead while running", true, 0, 90 * day, time.Hour, 90 * day, 0, "moved by 2159h", 0},
		{"moved back while running", true, 0, -2 * day, time.Hour, -2 * day, 0, "moved by -49h", 0},
		{"off over night", true, -12 * time.Hour, time.Hour, time.Hour, time.Hour, 0, "", time.Hour},
		{"off for a year, or a clock a year ahead", true, -365 * day, time.Hour, time.Hour, time.Hour, 0, "", -365*day + time.Hour},
	} {
		k := clocks{began: at, own: c.own, last: at.Add(c.last)}
		wrong, believed := k.judge(at.Add(c.wall), c.ran, at.Add(c.db), at.Add(c.past))
		if (wrong == "") != (c.wrong == "") || !strings.Contains(wrong, c.wrong) {
			t.Errorf("%s: %q, want %q", c.name, wrong, c.wrong)
		}
		if wrong == "" && !believed.Equal(at.Add(c.believed)) {
			t.Errorf("%s: believed is %v after the start", c.name, believed.Sub(at))
		}
	}
}

// ahead is a clock that is ahead of the machine's.
type ahead struct {
	chat.SystemClock
	by time.Duration
}

func (c ahead) Now() time.Time { return c.SystemClock.Now().Round(0).Add(c.by) }

// A server whose clock is years ahead forgets no device, and one whose clock is behind its
// database says so and forgets none either.
func TestUpkeepDoesNotForgetByAWrongClock(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s, _, _ := startServer(t, cfg)
	c := dial(t, s)
	c.join("ann")
	c.Close()
	stopServer(t, s)
	devices := func(o ...Option) (n int, log, health string) {
		t.Helper()
		stdout, text := new(lines), new(lines)
		s, err := Start(t.Context(), cfg, stdout, text, append(o, cheapHash)...)
		if err != nil {
			t.Fatal(err)
		}
		s.forgetDevices(t.Context())
		all, _, err := s.service.Devices(t.Context(), chat.Caller{User: chat.User{ID: 1}}, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, health = getAdmin(t, s, "/readyz")
		stopServer(t, s)
		return len(all), text.String(), health
	}
	withClock := func(c chat.Clock) Option { return func(s *Server) { s.clock = c } }
	if n, log, _ := devices(withClock(ahead{by: 10 * 365 * 24 * time.Hour})); n != 1 || !strings.Contains(log, "this machine's clock is wrong") {
		t.Errorf("with a clock ten years ahead %d devices are left:\n%s", n, log)
	}
	// Something that the wrong clock wrote stays in the database.
	future := time.Now().Add(365 * 24 * time.Hour).UnixMilli()
	db, err := sql.Open("sqlite", cfg.Data+"/parley.db")
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec("UPDATE users SET changed_at = ?", future)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if n, log, health := devices(); n != 1 || !strings.Contains(log, "the clock is wrong") || !strings.Contains(health, "degraded: clock: ") {
		t.Errorf("behind its database: %d devices, %q\n%s", n, health, log)
	}
}

// What was sent without a session is remembered by its key for a day, and for longer while
// the clock is wrong.
func TestUpkeepForgetsSendKeys(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s, _, _ := startServer(t, cfg)
	for _, name := range []string{"ann", "bob"} {
		c := dial(t, s)
		c.join(name)
		c.Close()
	}
	by, err := s.service.Sessionless(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	ages := map[string]time.Duration{"old": chat.SendKeyKept + time.Hour, "young": chat.SendKeyKept - time.Hour}
	for key := range ages {
		if _, err := s.service.Send(t.Context(), by, chat.Target{With: 2}, "text", key); err != nil {
			t.Fatal(err)
		}
	}
	stopServer(t, s)
	db, err := sql.Open("sqlite", cfg.Data+"/parley.db")
	if err != nil {
		t.Fatal(err)
	}
	for key, age := range ages {
		if _, err := db.Exec("UPDATE send_keys SET made_at = made_at - ? WHERE send_key = ?", age.Milliseconds(), key); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	known := func(o ...Option) (keys string) {
		t.Helper()
		s, err := Start(t.Context(), cfg, new(lines), new(lines), append(o, cheapHash)...)
		if err != nil {
			t.Fatal(err)
		}
		defer stopServer(t, s)
		s.forgetKeys(t.Context())
		for _, key := range []string{"old", "young"} {
			if _, found, err := s.store.SentWith(t.Context(), 1, key); err != nil {
				t.Fatal(err)
			} else if found {
				keys += key + " "
			}
		}
		return keys
	}
	if got := known(func(s *Server) { s.clock = ahead{by: 10 * 365 * 24 * time.Hour} }); got != "old young " {
		t.Errorf("with a clock ten years ahead there are the keys %q", got)
	}
	if got := known(); got != "young " {
		t.Errorf("after upkeep there are the keys %q", got)
	}
}
