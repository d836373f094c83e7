package crash

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// TestReaderStops: a reader stops reading while 100,000 messages of 1,000 characters
// arrive for it, for longer than a peer may be silent. It stays connected, the
// server's memory stays bounded, others are not delayed, and when it reads again it
// gets all of them in order.
func TestReaderStops(t *testing.T) {
	t.Parallel()
	const messages, size = 100_000, 1000
	const bound = 64 << 20 // the messages alone are 100 MB
	const vanished = 5 * time.Second
	p := testkit.Serve(t, t.TempDir(), append([]string{"--vanished-after", vanished.String()}, testkit.Unbounded...)...)
	sender, _ := testkit.Account(t, p, "sender")
	_, readerID := testkit.Account(t, p, "reader")
	other, _ := testkit.Account(t, p, "other")
	_, anotherID := testkit.Account(t, p, "another")

	reader := testkit.DialPlain(t, p.TCP)
	reader.Say(t, `{"msgid":2,"name":"reader","pwd":"%s"}`, testkit.Password)
	reader.Await(t, wire.LoginAnswer)

	me, bystander := testkit.Login(t, sender), testkit.Login(t, other)
	stopped := time.Now()
	before, most := p.Memory(), int64(0)
	filler := strings.Repeat("x", size)
	for n := 1; n <= messages; n++ {
		text := fmt.Sprintf("%06d%s", n, filler)[:size]
		for me.Post(client.Direct(readerID), text, nil) != nil {
			if err := me.Flush(testkit.Soon(t)); err != nil {
				t.Fatal(err)
			}
		}
		if n%5000 == 0 {
			most = max(most, p.Memory()-before)
			if _, err := bystander.Send(testkit.Soon(t), anotherID, "still here"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := me.Flush(testkit.Soon(t)); err != nil {
		t.Fatal(err)
	}
	most = max(most, p.Memory()-before)
	if most > bound {
		t.Errorf("the server grew by %d MiB, the bound is %d", most>>20, bound>>20)
	}
	t.Logf("resident memory grew by %d MiB at most", most>>20)

	time.Sleep(time.Until(stopped.Add(2 * vanished))) // the kernel alone would give the peer up

	began := time.Now()
	for n := 1; n <= messages; n++ {
		f := reader.Await(t, wire.Chat)
		if f.Seq != int64(n) || f.Msg[:6] != fmt.Sprintf("%06d", n) {
			t.Fatalf("seq %d (%.6s) where %d was due", f.Seq, f.Msg, n)
		}
	}
	t.Logf("reading them took %v", time.Since(began).Round(time.Millisecond))
}
