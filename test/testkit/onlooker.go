package testkit

import (
	"testing"
	"time"

	"parley/client"
)

// Onlooker is a client whose events and messages a test looks at.
type Onlooker struct {
	ID       int64
	Client   *client.Client
	Options  client.Options
	Events   chan client.Event
	Messages chan *client.Message
}

// Event waits for an event of a kind, and passes over the others.
func (p *Onlooker) Event(t *testing.T, what string, is func(client.Event) bool) {
	t.Helper()
	deadline := time.After(Patience)
	for {
		select {
		case e := <-p.Events:
			if is(e) {
				return
			}
		case <-deadline:
			t.Fatalf("user %d never hears of %s", p.ID, what)
		}
	}
}
