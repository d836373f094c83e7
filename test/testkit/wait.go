package testkit

import (
	"context"
	"testing"
	"time"
)

// Soon is a context for what must happen within Patience.
func Soon(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	t.Cleanup(cancel)
	return ctx
}

// WaitFor waits for a fact that is only to be had by asking, and asks every 5 ms.
func WaitFor(t testing.TB, what string, fact func() bool) {
	t.Helper()
	deadline := time.Now().Add(Patience)
	for !fact() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Patience is how long a frame may take; it is only spent where a test fails.
const Patience = time.Minute
