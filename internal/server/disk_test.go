package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"parley/internal/hub"
)

func TestReserveIsRead(t *testing.T) {
	const gib = 1 << 30
	for text, want := range map[string]uint64{
		"5%": 10 * gib / 100 * 5, "50%": mostOfPart, "0": 0, "0%": 0, "3GiB": 3 * gib, "1000": 1000,
	} {
		var r Reserve
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := r.of(10 * gib); got != want {
			t.Errorf("%s of 10 GiB are %d bytes, want %d", text, got, want)
		}
		var again Reserve
		if err := again.UnmarshalText([]byte(r.String())); err != nil || again != r {
			t.Errorf("%s is written as %s, which is %v (%v)", text, r, again, err)
		}
	}
	for _, text := range []string{"", "%", "-1%", "101%", "five", "5 percent", "-1"} {
		if err := new(Reserve).UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "for example") {
			t.Errorf("%q is read (%v)", text, err)
		}
	}
	for key, change := range map[string]func(*Config){
		"disk-reserve":            func(c *Config) { c.DiskReserve = Reserve{Percent: 51} },
		"scarce-bytes-per-minute": func(c *Config) { c.ScarceBytesPerMinute = 16_000 },
		"bytes-per-minute":        func(c *Config) { c.BytesPerMinute = 16_000 + hub.MessageCost - 1 },
		"strangers-per-day":       func(c *Config) { c.StrangersPerDay = -1 },
	} {
		c := Default()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s out of range: %v", key, err)
		}
	}
}

// Below the reserve each account may send little, and the operator is told; above it all is
// as before. Both are said once.
func TestLittleRoomOnTheDisk(t *testing.T) {
	const total, reserve = 1_000 << 20, 100 << 20
	var free atomic.Int64
	free.Store(total)
	var unseen atomic.Bool
	fake := func(s *Server) {
		s.disk.space = func(string) (uint64, uint64, error) {
			if unseen.Load() {
				return 0, 0, errors.ErrUnsupported
			}
			return uint64(free.Load()), total, nil
		}
	}
	c := testConfig(t.TempDir())
	c.MaxText, c.DiskReserve, c.ScarceBytesPerMinute = 100, Reserve{Size: reserve}, 500
	stdout, log := new(lines), new(lines)
	s, err := Start(t.Context(), c, stdout, log, cheapHash, fake)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopServer(t, s) })
	people := map[string]*client{}
	for i, name := range []string{"ann", "bob"} {
		p := dial(t, s)
		p.ask(fmt.Sprintf(`{"msgid":0,"name":"%s","pwd":"secret-1"}`, name))
		p.ask(fmt.Sprintf(`{"msgid":2,"id":%d,"pwd":"secret-1"}`, i+1))
		people[name] = p
	}
	// Each writes to the other; what comes from there is read before.
	says := func(name string, code int) {
		t.Helper()
		got := people[name].ask(fmt.Sprintf(`{"msgid":4,"to":%d,"msg":"%s"}`, map[string]int{"ann": 2, "bob": 1}[name], strings.Repeat("x", 100)))
		for strings.Contains(got, `"msgid":4,`) {
			got = people[name].read()
		}
		if !strings.Contains(got, fmt.Sprintf(`"erron":%d,`, code)) && !strings.Contains(got, fmt.Sprintf(`"erron":%d}`, code)) {
			t.Errorf("%s is answered %s, want code %d", name, got, code)
		}
	}
	look := func(bytes int64, scarce bool) {
		t.Helper()
		free.Store(bytes)
		s.lookAtDisk()
		ready, reasons := s.ready.reasons(context.Background())
		told := len(reasons) == 1 && reasons[0].What == "disk" && reasons[0].Degraded
		if !ready || told != scarce || len(reasons) > 1 {
			t.Errorf("with %d MiB free: ready %v, %v", bytes>>20, ready, reasons)
		}
	}
	look(reserve, false)
	for range 10 {
		says("ann", 0)
	}
	look(reserve-1, true)
	says("ann", 0)
	says("ann", 0)
	says("ann", 33)
	says("bob", 0) // who has sent nothing
	look(reserve-2, true)
	look(reserve+reserve/8-1, true) // not yet
	says("ann", 33)
	look(reserve+reserve/8, false)
	says("ann", 0)
	look(reserve, false)
	unseen.Store(true)
	look(0, false)
	look(0, false)
	for text, want := range map[string]int{"is nearly full": 1, "has room again": 1, "on this system the server cannot see": 1} {
		if n := strings.Count(log.String(), text); n != want {
			t.Errorf("%q is logged %d times, want %d:\n%s", text, n, want, log)
		}
	}
}
