package load

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/engines"
	"parley/test/testkit"
	"parley/wire"
)

// user is a logged-in raw connection of a benchmark.
type user struct {
	id    int64
	token string
	conn  net.Conn
	in    *bufio.Reader
}

// users registers and logs in n users, each with a device.
func users(b testing.TB, p *testkit.Process, n int) []*user {
	b.Helper()
	all := make([]*user, n)
	var wg sync.WaitGroup
	gate := make(chan struct{}, 8)
	for i := range all {
		wg.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			q := testkit.DialPlain(b, p.TCP)
			q.Say(b, `{"msgid":0,"name":"user %d","pwd":"%s"}`, i, testkit.Password)
			id := q.Await(b, wire.RegisterAnswer).ID
			q.Say(b, `{"msgid":2,"id":%d,"pwd":"%s","device":"bench"}`, id, testkit.Password)
			in := q.Await(b, wire.LoginAnswer)
			if in.Erron != wire.OK {
				b.Errorf("login of user %d: code %d", i, in.Erron)
			}
			_ = q.Conn.SetReadDeadline(time.Time{})
			all[i] = &user{id: id, token: in.Token, conn: q.Conn, in: q.In}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return all
}

// pump keeps window frames without an ack under way until quota of them are acked.
// What one read brings is answered in one write.
func (u *user) pump(b testing.TB, window, quota int, frame func(n int) string) {
	sent, acked := 0, 0
	var out bytes.Buffer
	for acked < quota {
		for sent < quota && sent-acked < window {
			sent++
			out.WriteString(frame(sent))
		}
		if out.Len() > 0 {
			if _, err := u.conn.Write(out.Bytes()); err != nil {
				b.Error(err)
				return
			}
			out.Reset()
		}
		chunk, err := u.read()
		if err != nil {
			b.Error(err)
			return
		}
		acked += bytes.Count(chunk, []byte(`"erron":0`))
		if bytes.Contains(chunk, []byte(`"errinfo"`)) {
			b.Errorf("refused: %s", chunk)
			return
		}
	}
}

// read returns everything that has come, in whole lines.
func (u *user) read() ([]byte, error) {
	if _, err := u.in.Peek(1); err != nil {
		return nil, err
	}
	chunk, err := u.in.Peek(u.in.Buffered())
	if err != nil {
		return nil, err
	}
	end := bytes.LastIndexByte(chunk, '\n') + 1
	if end == 0 { // part of a line
		line, err := u.in.ReadBytes('\n')
		return line, err
	}
	lines := bytes.Clone(chunk[:end])
	_, err = u.in.Discard(end)
	return lines, err
}

// drain reads until quota messages have come, and acks them as clients do: every 256.
func (u *user) drain(b testing.TB, quota int, ack func(seq int64) string) {
	acked := 0
	for got := 0; got < quota; {
		chunk, err := u.read()
		if err != nil {
			b.Error(err)
			return
		}
		got += bytes.Count(chunk, []byte(`"from":`))
		if ack != nil && (got-acked >= 256 || got >= quota) {
			acked = got
			if _, err := u.conn.Write([]byte(ack(int64(got)))); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

var text100 = strings.Repeat("0123456789", 10)

// direct is the direct workload: pairs, window unacked frames for each sender, 100
// bytes, receivers ack.
func direct(b *testing.B, all []*user, window int) {
	pairs := len(all) / 2
	var wg sync.WaitGroup
	for i := range pairs {
		quota := b.N / pairs
		if i < b.N%pairs {
			quota++
		}
		from, to := all[2*i], all[2*i+1]
		wg.Go(func() {
			from.pump(b, window, quota, func(n int) string {
				return fmt.Sprintf(`{"msgid":4,"to":%d,"msg":"%s","send_seq":%d}`+"\n", to.id, text100, n)
			})
		})
		wg.Go(func() {
			to.drain(b, quota, func(seq int64) string {
				return fmt.Sprintf(`{"msgid":13,"with":%d,"seq":%d}`+"\n", from.id, seq)
			})
		})
	}
	wg.Wait()
}

// BenchmarkDirect: server CPU for a message that is stored with fsync, acked and
// delivered, with 16 and with 1 unacked frames for each of 100 senders.
func BenchmarkDirect(b *testing.B) {
	for _, window := range []int{16, 1} {
		b.Run(fmt.Sprintf("unacked=%d", window), func(b *testing.B) {
			p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
			all := users(b, p, 200)
			measure(b, p.Cmd.Process.Pid, b.N, "msg", func() { direct(b, all, window) })
		})
		b.Run(fmt.Sprintf("bare-relay/unacked=%d", window), func(b *testing.B) {
			addr, pid := startRelay(b)
			all := make([]*user, 200)
			for i := range all {
				q := testkit.DialPlain(b, addr)
				all[i] = &user{id: int64(i), conn: q.Conn, in: q.In}
				fmt.Fprintf(q.Conn, "%d\n", i)
				if line, err := q.In.ReadString('\n'); err != nil || line != "ok\n" {
					b.Fatal(line, err)
				}
			}
			measure(b, pid, b.N, "msg", func() { direct(b, all, window) })
		})
	}
}

// measure reports CPU time of a process for each of n things.
func measure(b *testing.B, pid, n int, unit string, work func()) {
	b.ResetTimer()
	before := testkit.CPU(b, pid)
	began := time.Now()
	work()
	took := time.Since(began)
	used := testkit.CPU(b, pid) - before
	b.StopTimer()
	b.ReportMetric(float64(used.Microseconds())/float64(n), "server-µs/"+unit)
	b.ReportMetric(float64(n)/took.Seconds(), unit+"/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkGroup: server CPU for a delivery in a group of 1,000 members online, with
// 4 senders as fast as acks allow, and with one lone message at a time.
func BenchmarkGroup(b *testing.B) {
	const members = 1000
	p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
	all := users(b, p, members)
	all[0].say(b, `{"msgid":6,"gname":"everybody"}`)
	gid := all[0].await(b, wire.Ack).GID
	for _, u := range all[1:] {
		u.say(b, `{"msgid":7,"gid":%d}`, gid)
		u.await(b, wire.Ack)
	}
	for _, senders := range []int{4, 1} {
		window := map[int]int{4: 16, 1: 1}[senders]
		b.Run(fmt.Sprintf("senders=%d/unacked=%d", senders, window), func(b *testing.B) {
			each := max(1, b.N/senders)
			var delivered atomic.Int64
			measure(b, p.Cmd.Process.Pid, each*senders*(members-1), "delivery", func() {
				groupLoad(b, all, gid, senders, window, each, &delivered)
			})
		})
	}
}

func (u *user) say(b testing.TB, format string, args ...any) {
	b.Helper()
	if _, err := fmt.Fprintf(u.conn, format, args...); err != nil {
		b.Fatal(err)
	}
}

func (u *user) await(b testing.TB, id wire.Msgid) testkit.Frame {
	b.Helper()
	return (&testkit.Plain{Conn: u.conn, In: u.in}).Await(b, id)
}

// groupLoad has the first users send and everybody read all that comes.
func groupLoad(b *testing.B, all []*user, gid int64, senders, window, each int, delivered *atomic.Int64) {
	var wg sync.WaitGroup
	for i, u := range all {
		_ = u.conn.SetReadDeadline(time.Time{})
		wg.Go(func() {
			want := each * senders
			if i < senders {
				want -= each
			}
			sent, acked, got := 0, 0, 0
			for got < want || i < senders && acked < each {
				var out bytes.Buffer
				for i < senders && sent < each && sent-acked < window {
					sent++
					fmt.Fprintf(&out, `{"msgid":8,"gid":%d,"msg":"%s"}`+"\n", gid, text100)
				}
				if out.Len() > 0 {
					if _, err := u.conn.Write(out.Bytes()); err != nil {
						b.Error(err)
						return
					}
				}
				chunk, err := u.read()
				if err != nil {
					b.Error(err)
					return
				}
				acked += bytes.Count(chunk, []byte(`"erron":0`))
				n := bytes.Count(chunk, []byte(`"from":`))
				got += n
				delivered.Add(int64(n))
			}
		})
	}
	wg.Wait()
}

// BenchmarkCatchUp: server CPU for each of 20,000 offline messages to one user.
func BenchmarkCatchUp(b *testing.B) {
	const backlog = 20_000
	p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
	all := users(b, p, 2)
	from, to := all[0], all[1]
	_ = to.conn.Close()
	from.pump(b, 256, backlog, func(n int) string {
		return fmt.Sprintf(`{"msgid":4,"to":%d,"msg":"%s","send_seq":%d}`+"\n", to.id, text100, n)
	})
	measure(b, p.Cmd.Process.Pid, b.N*backlog, "msg", func() {
		for range b.N {
			q := testkit.DialPlain(b, p.TCP)
			q.Say(b, `{"msgid":2,"id":%d,"token":"%s","device":"bench"}`, to.id, to.token)
			q.Await(b, wire.LoginAnswer)
			(&user{conn: q.Conn, in: q.In}).drain(b, backlog, nil)
			_ = q.Conn.Close()
		}
	})
}

// BenchmarkLoginByToken: server CPU for a login by token and its end, of users with 20
// friends and 3 groups, 64 of them at a time.
func BenchmarkLoginByToken(b *testing.B) {
	p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
	all := users(b, p, 64)
	acquaint(b, all, 20, 3)
	for _, u := range all {
		_ = u.conn.Close()
	}
	measure(b, p.Cmd.Process.Pid, b.N, "login", func() {
		var wg sync.WaitGroup
		var next atomic.Int64
		for _, u := range all {
			wg.Go(func() {
				for next.Add(1) <= int64(b.N) {
					q := testkit.DialPlain(b, p.TCP)
					q.Say(b, `{"msgid":2,"id":%d,"token":"%s","device":"bench"}`, u.id, u.token)
					q.Await(b, wire.LoginAnswer)
					_ = q.Conn.Close()
				}
			})
		}
		wg.Wait()
	})
}

// acquaint returns every user friends, and puts everybody into groups.
func acquaint(b testing.TB, all []*user, friends, groups int) {
	b.Helper()
	for range groups {
		all[0].say(b, `{"msgid":6,"gname":"group"}`)
		gid := all[0].await(b, wire.Ack).GID
		for _, u := range all[1:] {
			u.say(b, `{"msgid":7,"gid":%d}`, gid)
			u.await(b, wire.Ack)
		}
	}
	for i, u := range all {
		for k := 1; k <= friends/2; k++ {
			u.say(b, `{"msgid":5,"friendid":%d}`, all[(i+k)%len(all)].id)
			u.await(b, wire.Ack)
		}
	}
}

// startRelay starts a relay that stores nothing: it acks a frame and passes it to the
// connection with the next number.
func startRelay(b *testing.B) (addr string, pid int) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "PARLEY_TEST_RELAY=1")
	engines.EndWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line), cmd.Process.Pid
}

// relay is the process of startRelay.
func relay(string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(ln.Addr())
	var mu sync.Mutex
	conns := map[int]net.Conn{}
	for {
		conn, err := ln.Accept()
		if err != nil {
			panic(err)
		}
		go func() {
			in := bufio.NewReaderSize(conn, 64<<10)
			var me int
			if _, err := fmt.Fscanf(in, "%d\n", &me); err != nil {
				return
			}
			mu.Lock()
			conns[me] = conn
			mu.Unlock()
			_, _ = conn.Write([]byte("ok\n"))
			u := &user{in: in}
			var to net.Conn
			for {
				chunk, err := u.read()
				if err != nil {
					return
				}
				if me%2 == 1 {
					continue // a receiver's acks
				}
				for to == nil {
					mu.Lock()
					to = conns[me+1]
					mu.Unlock()
				}
				frames := bytes.Count(chunk, []byte("\n"))
				_, _ = to.Write(bytes.ReplaceAll(chunk, []byte(`"to":`), []byte(`"from":`)))
				_, _ = conn.Write(bytes.Repeat([]byte(`{"msgid":10,"re":4,"erron":0}`+"\n"), frames))
			}
		}()
	}
}
