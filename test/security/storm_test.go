package security

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
)

// TestAllComeBackAfterARestart: many log in by password at once, more than can wait. Each
// one gets in by what the SDK does by itself, and is told to come back a few times at most
// (once where a hash always takes the same time, see internal/chat), because the time it is
// told is true.
func TestAllComeBackAfterARestart(t *testing.T) {
	const people = 60
	p := testkit.Serve(t, t.TempDir(), "--hashes-at-once", "1", "--hash-wait", "2s")
	all := make([]client.Options, people)
	for i := range all {
		all[i], _ = testkit.Account(t, p, fmt.Sprintf("guest-%d", i))
	}
	p.Kill()
	p.Restart()
	var back sync.WaitGroup
	for _, o := range all {
		back.Go(func() {
			c, err := client.Dial(testkit.Soon(t), o)
			if err != nil {
				t.Errorf("%s: %v", o.Name, err)
				return
			}
			c.Close()
		})
	}
	back.Wait()
	if n := p.Metric(t, "parley_hashes_refused_total"); n > 6*people {
		t.Errorf("%d were told to come back %v times", people, n)
	}
	if n := p.Metric(t, "parley_hashes_promised"); n != 0 {
		t.Errorf("%v places are still kept", n)
	}
}

// TestOneAccountOnManyConnections: somebody logs in with their right password on 100
// connections, again and again, and listens to no advice. Everybody else registers and
// logs in, from the same address.
func TestOneAccountOnManyConnections(t *testing.T) {
	p := testkit.Serve(t, t.TempDir(), "--hashes-at-once", "1")
	testkit.Account(t, p, "greedy")
	ctx, stop := context.WithCancel(context.Background())
	var greedy sync.WaitGroup
	var busy atomic.Int64
	for i := range 100 {
		conn, err := net.Dial("tcp", p.TCP)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		greedy.Go(func() {
			in := bufio.NewReader(conn)
			for ctx.Err() == nil {
				fmt.Fprintf(conn, `{"msgid":2,"name":"greedy","pwd":"%s","device":"d%d"}`, testkit.Password, i)
				line, err := in.ReadString('\n')
				if err != nil {
					return // it is closed at the end
				}
				switch {
				case strings.Contains(line, `"erron":25`):
					busy.Add(1)
				case strings.HasPrefix(line, `{"msgid":3,"erron":0`):
					fmt.Fprint(conn, `{"msgid":9}`)
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	testkit.WaitFor(t, "the queue to be full of one account", func() bool { return busy.Load() > 0 })
	for i := range 10 {
		o, _ := testkit.Account(t, p, fmt.Sprintf("guest-%d", i))
		testkit.Login(t, o).Close()
	}
	stop()
	greedy.Wait()
}
