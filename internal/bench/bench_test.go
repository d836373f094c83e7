package bench

import (
	"context"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"parley/client"
)

func TestTextsSayWhichMessageTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newScribe(rapid.IntRange(0, 200).Draw(t, "size"))
		is := stamp{
			sender: rapid.IntRange(0, maxUsers).Draw(t, "sender"),
			number: rapid.Int64Range(1, 1<<numberBits-1).Draw(t, "number"),
			born:   time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "born")) * time.Microsecond,
		}
		text := s.text(is)
		if got, ok := s.read(text); !ok || got != is {
			t.Fatalf("%q is read as %+v", text, got)
		}
		if n := len(text); n != len(s.pad) && len(s.pad) > 55 {
			t.Fatalf("%d characters, want %d", n, len(s.pad))
		}
		if _, ok := newScribe(0).read(text); ok {
			t.Fatalf("%q is taken for another run's", text)
		}
	})
}

func TestForeignTexts(t *testing.T) {
	s := newScribe(0)
	for _, text := range []string{"", "hello", s.run, s.run + ".", s.run + ".1.2.3", s.run + ".1.-2.3.", s.run + ".1.2.x.", s.run + "1.2.3."} {
		if got, ok := s.read(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestRoutes(t *testing.T) {
	servers := []string{"a", "ws://b:8080", "tcp://c:7000", "ws://d/ws", "ws://e/other"}
	for user, want := range map[int][]string{
		0: {"a:6000", "c:7000", "a:6000"},
		1: {"b:8080", "d:80", "b:8080"},
		2: {"c:7000", "a:6000", "c:7000"},
		4: {"e:80", "e:80", "e:80"},
		5: {"a:6000", "c:7000", "a:6000"},
	} {
		var asked []string
		o := client.Options{Dialer: func(_ context.Context, _, address string) (net.Conn, error) {
			asked = append(asked, address)
			return nil, net.ErrClosed
		}}
		routeFor(servers, user).apply(&o)
		if o.Server != servers[user%len(servers)] {
			t.Errorf("user %d talks to %s", user, o.Server)
		}
		for range want {
			_, _ = o.Dialer(t.Context(), "tcp", "x:1")
		}
		if !slices.Equal(asked, want) {
			t.Errorf("user %d goes to %q, want %q", user, asked, want)
		}
	}
}

func TestOptionsThatCannotWork(t *testing.T) {
	for want, o := range map[string]Options{
		`no workload "x"`:         {Workload: "x"},
		"users: 1":                {Users: 1},
		"group-size: 1":           {Workload: Group, GroupSize: 1},
		"senders: 30":             {Senders: 30},
		"at least one must stay":  {Workload: Presence, Users: 4, Senders: 4},
		"second of each":          {Workload: Offline, Users: 4, Senders: 3},
		"window: 257":             {Window: 257},
		"rate: -1":                {Rate: -1},
		"https:// is not support": {Servers: []string{"https://x"}},
		"prefix: 41 bytes":        {Prefix: strings.Repeat("x", 41)},
	} {
		if err := o.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	for _, w := range Workloads() {
		if err := (&Options{Workload: w}).check(); err != nil {
			t.Errorf("the defaults of %s: %v", w, err)
		}
		if workloads[w].load == nil {
			t.Errorf("%s is not there", w)
		}
	}
}

// Others read these keys.
func TestKeysOfTheReport(t *testing.T) {
	const quantiles = `{"p50":0,"p90":0,"p99":0,"p999":0,"max":0}`
	want := `{"workload":"direct","seconds":0,"sent":0,"acked":0,"acked_per_s":0,"delivered":0,"delivered_per_s":0,` +
		`"ack_ms":` + quantiles + `,"e2e_ms":` + quantiles + `,"lost":0,"duplicated":0,"misordered":0,"given_up":0,` +
		`"reconnects":0,"errors":{"25":3}}`
	got := (&Report{Workload: Direct, Errors: map[string]int64{"25": 3}, Findings: []string{"x"}}).JSON()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if empty := (&Report{}).JSON(); !json.Valid([]byte(empty)) || !strings.Contains(empty, `"errors":{}`) {
		t.Errorf("an empty one: %s", empty)
	}
}

// A due time stands still while a sender is held up, so that the wait counts.
func TestPaceDoesNotForgetWhatIsLate(t *testing.T) {
	r := &run{o: Options{Rate: 1000, Senders: 2}, began: time.Now().Add(-time.Second)}
	p := r.pace(1)
	p.start = 0
	for n := range int64(100) {
		due, ok := p.wait(t.Context(), r, n)
		if want := time.Duration(n) * 2 * time.Millisecond; !ok || due != want {
			t.Fatalf("number %d was due at %v, want %v", n, due, want)
		}
	}
}

func TestNoServer(t *testing.T) {
	defer goleak.VerifyNone(t)
	began := time.Now()
	_, err := Run(t.Context(), Options{Servers: []string{"127.0.0.1:1", "127.0.0.1:2"}, Duration: time.Second})
	if err == nil || !strings.Contains(err.Error(), "cannot connect to tcp://127.0.0.1:1") {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Fatalf("told after %v", took)
	}
}
