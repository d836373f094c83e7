package chat

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestBackoffDoublesUpToItsBound(t *testing.T) {
	b := Backoff{First: 5 * time.Millisecond, Longest: 30 * time.Millisecond}
	var got []time.Duration
	for range 5 {
		got = append(got, b.Next()/time.Millisecond)
	}
	if want := []time.Duration{5, 10, 20, 30, 30}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	b.Reset()
	if !b.Fresh() || b.Next() != b.First || b.Fresh() {
		t.Error("after an attempt that went well it does not begin anew")
	}
}

func TestPauseEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if !Pause(SystemClock{}, time.Second, nil) || time.Since(began) != time.Second {
			t.Errorf("paused %v", time.Since(began))
		}
		stop := make(chan struct{})
		close(stop)
		if Pause(SystemClock{}, time.Second, stop) || time.Since(began) != time.Second {
			t.Errorf("paused although it was stopped")
		}
	})
}
