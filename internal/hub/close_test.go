package hub

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/chat"
)

// A batch that the store returns after Close starts nothing, whatever its outcome.
func TestNothingRunsAfterClose(t *testing.T) {
	for _, how := range []outcome{commits, refused, lost, tookHold} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeLog()
			f.direct()
			h := New(Options{}, f, chat.SystemClock{})
			a := open(t, h, f, 1, 1, 1)
			a.chat(2, 1, "late")
			synctest.Wait()
			if f.queued() != 1 {
				t.Fatalf("%d appends wait in the store, want 1", f.queued())
			}
			_ = a.conn.Close()
			if err := h.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.step(1, how)
			h.spawn(func() { t.Error("a goroutine of the hub runs after Close") })
			synctest.Wait()
			if err := h.Close(t.Context()); err != nil {
				t.Errorf("closed again: %v", err)
			}
		})
	}
}

// A reader that waits for outcomes goes on when the hub closes: what the store returns
// after that reaches nobody, and the end of the connection waits for its reader.
func TestCloseFreesWhoeverWaitsForOutcomes(t *testing.T) {
	for what, wait := range map[string]func(a *peer){
		"a frame that is refused for good": func(a *peer) { a.chat(2, 2, "") },
		"a repeat":                         func(a *peer) { a.chat(2, 1, "late") },
		"a request behind it":              func(a *peer) { _ = a.Settle(context.Background()) },
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeLog()
				f.direct()
				h := New(Options{}, f, chat.SystemClock{})
				a := open(t, h, f, 1, 1, 1)
				a.chat(2, 1, "late")
				synctest.Wait()
				waited := make(chan struct{})
				go func() {
					defer close(waited)
					wait(a)
				}()
				synctest.Wait()
				if err := h.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				select {
				case <-waited:
				case <-time.After(time.Hour):
					t.Error("it waits for ever")
				}
				f.step(1, commits)
				_ = a.conn.Close()
				<-waited
			})
		})
	}
}

// slowBus holds up whoever publishes.
type slowBus struct {
	noBus
	entered, free chan struct{}
}

func (slowBus) Alone() bool { return false }
func (slowBus) Mute() bool  { return false }

func (b slowBus) Publish(n chat.Notice, _ ...chat.Topic) {
	if n.Messages != nil {
		b.entered <- struct{}{}
		<-b.free
	}
}

// Close waits for a batch that came back before it and is still being handed on.
func TestCloseWaitsForABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeLog()
		f.direct()
		h := New(Options{}, f, chat.SystemClock{})
		bus := slowBus{entered: make(chan struct{}), free: make(chan struct{})}
		h.SetBus(bus)
		a := open(t, h, f, 1, 1, 1)
		a.chat(2, 1, "under way")
		synctest.Wait()
		go f.step(1, commits)
		<-bus.entered
		_ = a.conn.Close()
		short, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := h.Close(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close returned %v while a batch is handed on", err)
		}
		close(bus.free)
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// What calls in while the hub closes and what Close waits for do not get into each other's
// way: the race detector watches.
func TestWorkEndsOnce(t *testing.T) {
	for range 200 {
		var w work
		var ran, late atomic.Int64
		over := make(chan struct{})
		for range 4 {
			go func() {
				for w.enter() {
					select {
					case <-over:
						late.Add(1)
					default:
					}
					ran.Add(1)
					w.leave()
				}
			}()
		}
		<-w.end()
		close(over)
		<-w.end()
		if n := late.Load(); n > 0 {
			t.Fatalf("%d pieces of work ran after the end", n)
		}
	}
}
