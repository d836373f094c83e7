package load

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/test/testkit"
	"parley/wire"
)

// BenchmarkReactions: a group of 1,000 members online, all of whom react to one message within a
// second. Every client ends with the right count. Beside it stands what a frame for each reaction
// would take at least: each member sends one message within a second, and all get it.
func BenchmarkReactions(b *testing.B) {
	const members = 1000
	p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
	all := users(b, p, members)
	for _, u := range all { // making the accounts may have taken longer than a session may be silent
		u.again(b, p)
	}
	all[0].say(b, `{"msgid":6,"gname":"everybody"}`)
	gid := all[0].await(b, wire.Ack).GID
	for _, u := range all[1:] {
		u.say(b, `{"msgid":7,"gid":%d}`, gid)
		u.await(b, wire.Ack)
	}
	spent := func(name, told string, do func()) {
		before, came := testkit.CPU(b, p.Cmd.Process.Pid), p.Metric(b, told)
		began := time.Now()
		do()
		frames := p.Metric(b, told) - came
		cpu := testkit.CPU(b, p.Cmd.Process.Pid) - before
		b.ReportMetric(frames, name+"-frames")
		b.ReportMetric(float64(cpu.Microseconds())/1000, name+"-ms-cpu")
		b.ReportMetric(float64(time.Since(began).Milliseconds()), name+"-ms")
	}
	for range b.N {
		all[0].say(b, `{"msgid":8,"gid":%d,"msg":"who comes tonight?"}`+"\n", gid)
		seq := all[0].await(b, wire.Ack).Seq
		for _, u := range all[1:] {
			u.await(b, wire.GroupChat)
		}
		spent("folded", "parley_state_frames_total", func() {
			eachInASecond(b, all, fmt.Sprintf(`{"msgid":39,"gid":%d,"seq":%d,"op":"react","emoji":"👍"}`+"\n", gid, seq), untilCount(b, members))
		})
		spent("each", "parley_deliveries_total", func() {
			eachInASecond(b, all, fmt.Sprintf(`{"msgid":8,"gid":%d,"msg":"👍"}`+"\n", gid), untilMessages(members))
		})
	}
	b.ReportMetric(0, "ns/op")
}

// again logs in once more, and asks to be told of changes.
func (u *user) again(b testing.TB, p *testkit.Process) {
	b.Helper()
	_ = u.conn.Close()
	q := testkit.DialPlain(b, p.TCP)
	q.Say(b, `{"msgid":2,"id":%d,"token":"%s","device":"bench","changes":true}`, u.id, u.token)
	if f := q.Await(b, wire.LoginAnswer); f.Erron != wire.OK {
		b.Fatalf("login by token: code %d", f.Erron)
	}
	_ = q.Conn.SetReadDeadline(time.Time{})
	u.conn, u.in = q.Conn, q.In
}

// eachInASecond has all users send a frame, one after the other and spread over a second, and read
// until seen says that they have everything.
func eachInASecond(b *testing.B, all []*user, frame string, seen func() func(line []byte) bool) {
	var wg sync.WaitGroup
	var missing atomic.Int64
	missing.Store(int64(len(all)))
	for _, u := range all {
		wg.Go(func() {
			_ = u.conn.SetReadDeadline(time.Now().Add(2 * testkit.Patience))
			defer u.conn.SetReadDeadline(time.Time{})
			for done := seen(); ; {
				line, err := u.in.ReadBytes('\n')
				if err != nil {
					b.Errorf("%d clients do not have everything: %v", missing.Load(), err)
					return
				}
				if bytes.Contains(line, []byte(`"errinfo"`)) {
					b.Errorf("refused: %s", line)
					return
				}
				if done(line) {
					missing.Add(-1)
					return
				}
			}
		})
	}
	began := time.Now()
	for i, u := range all {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(len(all)))))
		if _, err := u.conn.Write([]byte(frame)); err != nil {
			b.Error(err)
		}
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// untilCount waits for the ack of one's own reaction, and for a state with a count that is right.
func untilCount(b *testing.B, want int) func() func([]byte) bool {
	return func() func([]byte) bool {
		acked, counted := false, false
		right := fmt.Appendf(nil, `"count":%d}`, want)
		more := fmt.Appendf(nil, `"count":%d}`, want+1)
		return func(line []byte) bool {
			acked = acked || bytes.Contains(line, []byte(`"re":39`))
			counted = counted || bytes.Contains(line, right)
			if bytes.Contains(line, more) {
				b.Error("a reaction counts twice")
			}
			return acked && counted
		}
	}
}

// untilMessages waits for the ack of one's own message, and for those of all others.
func untilMessages(want int) func() func([]byte) bool {
	return func() func([]byte) bool {
		n := 0
		return func(line []byte) bool {
			if bytes.Contains(line, []byte(`"from":`)) || bytes.Contains(line, []byte(`"re":8`)) {
				n++
			}
			return n == want
		}
	}
}
