package client

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

func TestFirstLoginIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c, err := New(Options{Name: "alice", Password: "wrong", Dialer: f.dial})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			p := f.accept()
			p.expect(wire.Login)
			p.send(&wire.LoginReply{Erron: wire.AlreadyOnline, Errinfo: "already online"})
		}()
		err = c.Login(t.Context())
		want(t, CodeOf(err), wire.AlreadyOnline)
		want(t, f.dials, 1)
		if _, err := c.Friends(t.Context()); CodeOf(err) != wire.AlreadyOnline {
			t.Fatalf("after that: %v", err)
		}
	})
}

// A busy server keeps a place until the time it tells: the client comes back then, on the
// same connection, and does not ask meanwhile.
func TestBusyServerIsComeBackToOnTheSameConnection(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c, err := New(Options{Name: "alice", Password: "x", Dialer: f.dial})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		began := time.Now()
		logged := make(chan error)
		go func() { logged <- c.Login(t.Context()) }()
		p := f.accept()
		for i, wait := range []int64{7_300, 150} {
			p.expect(wire.Login)
			p.send(&wire.LoginReply{Erron: wire.Busy, RetryAfterMS: wait})
			synctest.Wait()
			if i == 1 {
				want(t, time.Since(began), 7_300*time.Millisecond)
			}
		}
		p.expect(wire.Login)
		want(t, time.Since(began), 7_450*time.Millisecond)
		p.send(&wire.LoginReply{ID: 1, Name: "alice", HeartbeatMS: 30_000})
		if err := <-logged; err != nil {
			t.Fatal(err)
		}
		want(t, f.dials, 1)
	})
}

func TestBusyServerIsLeftWhenTheWaitIsLong(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		go func() {
			p := f.accept()
			p.expect(wire.Register)
			p.send(&wire.RegisterReply{Erron: wire.Busy, RetryAfterMS: 60_000})
		}()
		began := time.Now()
		_, err := Register(t.Context(), Options{Name: "alice", Password: "x", Dialer: f.dial})
		want(t, CodeOf(err), wire.Busy)
		want(t, time.Since(began), time.Duration(0))
	})
}

func TestFirstLoginFindsNoServer(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		f.down = true
		_, err := Dial(t.Context(), Options{Name: "alice", Password: "x", Dialer: f.dial})
		want(t, err.Error(), "cannot connect to tcp://127.0.0.1:6000: connection refused")
	})
}

func TestHeartbeatKeepsTheConnection(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		began := time.Now()
		for i := range 10 {
			q := p.expect(wire.Heartbeat)
			want(t, time.Since(began), time.Duration(i+1)*30*time.Second)
			p.send(&wire.HeartbeatReply{RID: q.RID})
		}
		want(t, f.dials, 1)
	})
}

func TestSilentServerIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		f.login(0)
		began := time.Now()
		f.accept().expect(wire.Login)
		if took := time.Since(began); took < 75*time.Second || took > 75*time.Second+250*time.Millisecond {
			t.Fatalf("noticed after %v", took)
		}
		synctest.Wait()
		d := s.events[1].(Disconnected)
		if !errors.Is(d.Err, ErrSilent) {
			t.Fatalf("reason: %v", d.Err)
		}
	})
}

func TestBackoffGrowsWithinItsBounds(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		f.down = true
		c := start(t, f, &s)
		defer c.Close()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var longest time.Duration
		for i, e := range s.events {
			pause := e.(Disconnected).Retry
			if bound := min(10*time.Second, 250*time.Millisecond<<min(i, 10)); pause > bound {
				t.Fatalf("pause %d is %v, bound %v", i, pause, bound)
			}
			longest = max(longest, pause)
		}
		if n := len(s.events); n < 30 || n > 300 || longest < 5*time.Second {
			t.Fatalf("%d attempts in five minutes, longest pause %v", n, longest)
		}
	})
}

func TestGoodbyeAdvice(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		began := time.Now()
		p.send(&wire.GoodbyeNotice{Code: wire.ByeShutdown, Reason: "draining", Reconnect: true, AfterMS: 7000})
		p, q := f.login(0)
		if took := time.Since(began); took < 7*time.Second || took > 7250*time.Millisecond {
			t.Fatalf("back after %v", took)
		}
		want(t, q.Token, "secret")
		p.send(&wire.GoodbyeNotice{Code: wire.ByeTakenOver, Reason: "taken over"})
		<-c.Done()
		var bye *GoodbyeError
		if !errors.As(c.Err(), &bye) || bye.Code != wire.ByeTakenOver {
			t.Fatalf("ended with %v", c.Err())
		}
		synctest.Wait()
		if _, ok := s.events[len(s.events)-1].(Ended); !ok {
			t.Fatalf("events: %v", s.events)
		}
		want(t, f.dials, 2)
	})
}

// TestAdviceWithinReason: no server keeps a client away for ever, or makes it race.
func TestAdviceWithinReason(t *testing.T) {
	for ms, want := range map[int64]time.Duration{-5: 0, 0: 0, 7000: 7 * time.Second, 1 << 53: 10 * time.Minute} {
		if got := advised(ms); got != want {
			t.Errorf("%d ms is taken as %v", ms, got)
		}
	}
}

func TestStillOnlineAtReconnect(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		p.close()
		for range 3 {
			p = f.accept()
			p.expect(wire.Login)
			p.send(&wire.LoginReply{Erron: wire.AlreadyOnline})
		}
		f.login(0)
		synctest.Wait()
		want(t, s.events[len(s.events)-1].(Connected).Again, true)
	})
}

func TestRefusedForGoodAtReconnect(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		defer c.Close()
		p, _ := f.login(0)
		p.close()
		p = f.accept()
		p.expect(wire.Login)
		p.send(&wire.LoginReply{Erron: wire.Disabled, Errinfo: "disabled"})
		<-c.Done()
		want(t, CodeOf(c.Err()), wire.Disabled)
	})
}

func TestLogout(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		p, _ := f.login(0)
		deliver(p, 1, 2)
		s.shown()
		go func() {
			want(t, p.expect(wire.Received).Seq, 2)
			q := p.expect(wire.Logout)
			p.send(&wire.AckReply{Re: wire.Logout, RID: q.RID})
			p.close()
		}()
		if err := c.Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		want(t, f.dials, 1)
		if err := c.Err(); !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
	})
}

func TestRegister(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		o := Options{Name: "alice", Password: "password", Dialer: f.dial}
		serve := func(answer *wire.RegisterReply) {
			p := f.accept()
			q := p.expect(wire.Register)
			want(t, q.Name+q.Pwd, "alicepassword")
			p.send(answer)
		}
		go serve(&wire.RegisterReply{ID: 4, Name: "alice"})
		id, err := Register(t.Context(), o)
		if err != nil || id != 4 {
			t.Fatal(id, err)
		}
		go serve(&wire.RegisterReply{Erron: wire.NameTaken})
		_, err = Register(t.Context(), o)
		want(t, CodeOf(err), wire.NameTaken)
	})
}

func TestServerAddresses(t *testing.T) {
	for in, out := range map[string]string{
		"":                         "tcp://127.0.0.1:6000",
		"localhost":                "tcp://localhost:6000",
		"10.0.0.1:7":               "tcp://10.0.0.1:7",
		"tcp://[::1]:7":            "tcp://[::1]:7",
		"ws://chat.example":        "ws://chat.example:80/ws",
		"ws://chat.example:81/p/q": "ws://chat.example:81/p/q",
	} {
		c, err := New(Options{Server: in, Name: "a", Password: "b"})
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		want(t, c.endpoint.String(), out)
		c.Close()
	}
	for _, in := range []string{"http://x", "tcp://", "tcp://x/y", "://", "x y"} {
		if _, err := New(Options{Server: in, Name: "a", Password: "b"}); err == nil {
			t.Errorf("%q was accepted", in)
		}
	}
}
