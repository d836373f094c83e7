package security

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/test/testkit"
)

// TestBytesOfAnAccount: a program that sends more than its account may in a minute gets all
// of it stored, in order and no faster than that, without a word about it.
func TestBytesOfAnAccount(t *testing.T) {
	const (
		cost   = 200 // of a message of 100 characters
		once   = 300 // so many are in the budget
		beyond = 10  // so many are not: two seconds' worth, at once/60 a second
		budget = once * cost
	)
	p := testkit.Serve(t, t.TempDir(), "--max-text", "100", "--bytes-per-minute", fmt.Sprint(budget))
	sender, _ := testkit.Account(t, p, "sender")
	receiver, to := testkit.Account(t, p, "receiver")
	texts := make(chan string, once+beyond)
	receiver.OnMessage = func(_ *client.Client, m *client.Message) { texts <- m.Text }
	testkit.Login(t, receiver)
	c := testkit.Login(t, sender)
	began := time.Now()
	filler := strings.Repeat("x", 100)
	for n := range once + beyond {
		text := fmt.Sprintf("%03d%s", n, filler)[:100]
		err := c.Post(client.Direct(to), text, func(_ client.Receipt, err error) {
			if err != nil {
				t.Errorf("message %d: %v", n, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(testkit.Soon(t)); err != nil {
		t.Fatal(err)
	}
	if took, least := time.Since(began), beyond*cost*time.Minute/budget/2; took < least {
		t.Errorf("all was taken within %v, half of the excess takes %v", took, least)
	}
	for n := range once + beyond {
		select {
		case text := <-texts:
			if text[:3] != fmt.Sprintf("%03d", n) {
				t.Fatalf("message %s is displayed where %d was due", text[:3], n)
			}
		case <-time.After(testkit.Patience):
			t.Fatalf("message %d does not come", n)
		}
	}
	if n := p.Metric(t, "parley_bytes_refused_total"); n == 0 {
		t.Error("nothing was refused")
	}
}
