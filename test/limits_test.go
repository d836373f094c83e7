package test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/client"
)

// unbounded is a server for tests in which an account sends more than one person would.
var unbounded = []string{"--bytes-per-minute", "0", "--strangers-per-day", "0", "--stranger-messages-per-day", "0"}

// TestBytesOfAnAccount: a program that sends more than its account may in a minute gets all
// of it stored, in order and no faster than that, without a word about it.
func TestBytesOfAnAccount(t *testing.T) {
	const (
		cost   = 200 // of a message of 100 characters
		once   = 300 // so many are in the budget
		beyond = 10  // so many are not: two seconds' worth, at once/60 a second
		budget = once * cost
	)
	p := serve(t, t.TempDir(), "--max-text", "100", "--bytes-per-minute", fmt.Sprint(budget))
	sender, _ := account(t, p, "sender")
	receiver, to := account(t, p, "receiver")
	texts := make(chan string, once+beyond)
	receiver.OnMessage = func(_ *client.Client, m *client.Message) { texts <- m.Text }
	login(t, receiver)
	c := login(t, sender)
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
	if err := c.Flush(soon(t)); err != nil {
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
		case <-time.After(patience):
			t.Fatalf("message %d does not come", n)
		}
	}
	if n := p.metric(t, "parley_bytes_refused_total"); n == 0 {
		t.Error("nothing was refused")
	}
}
