package gate

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	const silent = 20 * time.Second
	type look struct {
		at    time.Duration // since the first look
		state tcpState
		want  verdict
		limit time.Duration
	}
	s := time.Second
	for name, looks := range map[string][]look{
		"moves on": {
			{0, tcpState{acked: 10, unacked: 3}, moving, silent},
			{5 * s, tcpState{acked: 20, unacked: 3}, moving, 25 * s},
			{10 * s, tcpState{acked: 30, unacked: 3, lastAck: silent}, moving, 30 * s},
		},
		"stops reading, and its kernel answers each probe": {
			{0, tcpState{acked: 10}, moving, silent},
			{5 * s, tcpState{acked: 10, lastAck: 2 * s}, paused, 25 * s},
			{30 * s, tcpState{acked: 10, lastAck: 12 * s, probes: 1}, doubtful, 0},
			{300 * s, tcpState{acked: 10, lastAck: 19 * s}, paused, 320 * s},
			{305 * s, tcpState{acked: 11}, moving, 325 * s},
			{310 * s, tcpState{acked: 11}, paused, 330 * s},
		},
		"was not asked for long": {
			{0, tcpState{acked: 10}, moving, silent},
			{30 * s, tcpState{acked: 10, lastAck: 30 * s}, paused, 50 * s},
		},
		"was asked just now, and answers": {
			{0, tcpState{acked: 10}, moving, silent},
			{30 * s, tcpState{acked: 10, lastAck: 21 * s, probes: 1}, doubtful, 0},
			{35 * s, tcpState{acked: 10, lastAck: 5 * s}, paused, 55 * s},
			{60 * s, tcpState{acked: 10, lastAck: 21 * s, probes: 1}, doubtful, 0},
		},
		"is sent the same again ever more seldom, and answers": {
			{0, tcpState{acked: 10, unacked: 2}, moving, silent},
			{25 * s, tcpState{acked: 10, unacked: 2, lastAck: 21 * s, lastSent: 21 * s}, paused, 45 * s},
			{30 * s, tcpState{acked: 10, unacked: 2, lastAck: 26 * s, lastSent: 26 * s}, paused, 50 * s},
		},
		"stopped reading and vanished": {
			{0, tcpState{acked: 10}, moving, silent},
			{10 * s, tcpState{acked: 10, lastAck: 1 * s}, paused, 30 * s},
			{30 * s, tcpState{acked: 10, lastAck: 21 * s, probes: 1}, doubtful, 0},
			{35 * s, tcpState{acked: 10, lastAck: 26 * s, probes: 2}, vanished, 0},
		},
		"vanished with data under way": {
			{0, tcpState{acked: 10, unacked: 2}, moving, silent},
			{20 * s, tcpState{acked: 10, unacked: 2, lastAck: 20 * s}, doubtful, 0},
			{25 * s, tcpState{acked: 10, unacked: 2, lastAck: 25 * s}, vanished, 0},
		},
		"vanished before there was data": {
			{0, tcpState{acked: 10, unacked: 1, lastAck: 20 * s, lastSent: 1 * s}, moving, silent},
			{2 * s, tcpState{acked: 10, unacked: 1, lastAck: 22 * s, lastSent: 1 * s}, vanished, 0},
		},
		"idle, then data that takes a while": {
			{0, tcpState{acked: 10, unacked: 1, lastAck: 10 * s, lastSent: 1 * s}, moving, silent},
			{2 * s, tcpState{acked: 10, unacked: 1, lastAck: 12 * s, lastSent: 1 * s}, doubtful, 0},
			{4 * s, tcpState{acked: 11, lastAck: 1 * s, lastSent: 3 * s}, moving, 24 * s},
		},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Unix(1_700_000_000, 0)
			var st stall
			for _, l := range looks {
				v, limit := st.judge(l.state, begin.Add(l.at), silent)
				if v != l.want || limit != l.limit {
					t.Errorf("after %v: %d with limit %v, want %d with %v", l.at, v, limit, l.want, l.limit)
				}
			}
		})
	}
}

// TestAPausedReaderOutlastsTheKernelsLimit: the peer stops reading for three times
// as long as TCP_USER_TIMEOUT, which alone would end the connection, and then gets
// everything.
func TestAPausedReaderOutlastsTheKernelsLimit(t *testing.T) {
	const silent = 3 * time.Second // a kernel answers one probe in 500 ms at most
	g := newTestGate(t, Options{Silent: silent, Sweep: 50 * time.Millisecond, Soft: 32 << 20, LoginTimeout: time.Hour})
	c, w := g.dial()
	const total = 24 << 20 // more than the kernels hold
	for range total >> 16 {
		w.link.Out().Queue(make([]byte, 1<<16))
	}
	w.link.Out().Flush()
	// Meanwhile, the same without a gate that looks after it.
	lost := make(chan error, 1)
	go func() { lost <- pausedWithoutSweep(silent) }()

	held := time.NewTimer(3 * silent)
	defer held.Stop()
	select {
	case err := <-w.gone:
		t.Fatalf("a reader that only paused was closed: %v", err)
	case <-held.C:
	}
	n, err := io.CopyN(io.Discard, c, total)
	if err != nil {
		t.Errorf("after the pause, %d bytes came: %v", n, err)
	}
	eventually(t, w.link.Out().Drained)
	eventually(t, func() bool { return !w.link.wrote.Load() })
	if err := within(t, lost); err == nil {
		t.Error("the kernel alone does not end a paused reader: this test shows nothing")
	}
}

// pausedWithoutSweep returns how a write ends to a peer that does not read.
func pausedWithoutSweep(silent time.Duration) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil
	}
	defer ln.Close()
	there, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		return nil
	}
	defer there.Close()
	here, err := ln.Accept()
	if err != nil {
		return nil
	}
	defer here.Close()
	findVanished(rawConn(here), silent)
	_ = here.SetWriteDeadline(time.Now().Add(8 * silent))
	_, err = here.Write(make([]byte, 64<<20))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil // our own deadline
	}
	return err
}
