package gate

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
)

func TestTurnstile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const patient = 5 * time.Second
		s := newTurnstile(1, 2, patient, chat.SystemClock{})
		if !s.enter(t.Context()) {
			t.Fatal("the first does not get in")
		}
		type end struct {
			who   string
			in    bool
			after time.Duration
		}
		ends := make(chan end, 3)
		start := time.Now()
		wait := func(ctx context.Context, who string) {
			go func() {
				in := s.enter(ctx)
				ends <- end{who, in, time.Since(start)}
			}()
			synctest.Wait() // they stand in the queue one behind the other
		}
		wait(t.Context(), "second")
		wait(t.Context(), "third")
		wait(t.Context(), "beyond the queue")
		if got, want := <-ends, (end{"beyond the queue", false, 0}); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
		time.Sleep(time.Second)
		s.leave()
		if got, want := <-ends, (end{"second", true, time.Second}); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
		if got, want := <-ends, (end{"third", false, patient}); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
		ctx, cancel := context.WithCancel(t.Context())
		wait(ctx, "gives up")
		cancel()
		if got, want := <-ends, (end{"gives up", false, patient}); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
		s.leave()
		if !s.enter(t.Context()) {
			t.Error("the place was not given back")
		}
	})
}
