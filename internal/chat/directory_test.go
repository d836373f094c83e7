package chat

import (
	"testing"
	"time"
)

func TestLookupsOfAnHour(t *testing.T) {
	var l lookups
	l.init(60)
	now := time.Unix(1_700_000_000, 0)
	for i := range 60 {
		if wait := l.take(1, now); wait != 0 {
			t.Fatalf("question %d waits %v", i+1, wait)
		}
	}
	if wait := l.take(1, now); wait != time.Minute {
		t.Errorf("the one too many waits %v", wait)
	}
	if wait := l.take(2, now); wait != 0 {
		t.Errorf("somebody else waits %v", wait)
	}
	now = now.Add(10 * time.Minute)
	for i := range 10 {
		if wait := l.take(1, now); wait != 0 {
			t.Fatalf("question %d, ten minutes later, waits %v", i+1, wait)
		}
	}
	if wait := l.take(1, now); wait != time.Minute {
		t.Errorf("then the next one waits %v", wait)
	}
	now = now.Add(48 * time.Hour)
	for range 60 {
		if wait := l.take(1, now); wait != 0 {
			t.Fatalf("two days later one waits %v", wait)
		}
	}
	if l.take(1, now) == 0 {
		t.Error("a pause is saved up beyond an hour")
	}
	var none lookups
	none.init(0)
	for range 1000 {
		if none.take(1, now) != 0 {
			t.Fatal("without a limit one waits")
		}
	}
}
