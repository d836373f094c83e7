package chat

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

// hashTime is what a hash takes in these tests.
const hashTime = 40 * time.Millisecond

// someTurns are the turns of a server with one core for hashes.
func someTurns(change ...func(*turnsOptions)) *Turns {
	o := turnsOptions{
		atOnce: 1, queue: 256, promises: 10_000, perAddress: 1000, perAccount: 8,
		patience: 5 * time.Second, took: hashTime,
	}
	for _, f := range change {
		f(&o)
	}
	return newTurns(o, SystemClock{})
}

// fromAddress is an account's turn at the n-th address.
func fromAddress(n, account int) turn {
	a := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
	return turn{addressOf(a).from, suspect{user: UserID(account)}}
}

// logIn comes back when it is told to until it was let in, and returns how often it was
// refused and how long all of it took.
func logIn(t *testing.T, turns *Turns, who turn) (refused int, took time.Duration) {
	began := time.Now()
	for {
		leave, err := turns.enter(context.Background(), who)
		if err == nil {
			took = time.Since(began)
			time.Sleep(hashTime)
			leave(true)
			return refused, took
		}
		e := AsError(err)
		if e.Code != wire.Busy || e.RetryAfter <= 0 {
			t.Errorf("refused with %v, %v", err, e.RetryAfter)
			return refused, 0
		}
		refused++
		time.Sleep(e.RetryAfter)
	}
}

// crowd has so many log in at once and returns each one's refusals and time.
func crowd(t *testing.T, turns *Turns, n int, who func(i int) turn) (refused []int, took []time.Duration) {
	refused, took = make([]int, n), make([]time.Duration, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { refused[i], took[i] = logIn(t, turns, who(i)) })
		synctest.Wait() // they come one after the other
	}
	all.Wait()
	return refused, took
}

// After a restart everybody is in after the sum of the hashes, in the order in which they
// came, and was refused once at most: behind one address, and from many.
func TestAfterARestartAllAreInAfterTheSumOfTheHashes(t *testing.T) {
	for name, who := range map[string]func(i int) turn{
		"one address":    func(i int) turn { return fromAddress(0, i+1) },
		"many addresses": func(i int) turn { return fromAddress(i, i+1) },
		"ten addresses":  func(i int) turn { return fromAddress(i%10, i+1) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 300
				turns := someTurns()
				began := time.Now()
				refused, took := crowd(t, turns, n, who)
				if all := time.Since(began); all > n*hashTime*102/100 {
					t.Errorf("all were in after %v; the hashes take %v", all, n*hashTime)
				}
				for i := range n {
					if refused[i] > 1 {
						t.Errorf("the %d. was refused %d times", i, refused[i])
					}
					if i > 0 && took[i] < took[i-1] {
						t.Errorf("the %d. was let in before the one who came before", i)
					}
				}
				if turns.Promised() != 0 || turns.Waiting() != 0 || len(turns.lines) != 0 {
					t.Errorf("left: %d promised, %d waiting, %d lines", turns.Promised(), turns.Waiting(), len(turns.lines))
				}
			})
		})
	}
}

// flood is one account on many connections that come back after a pause, whatever they are
// told.
func flood(ctx context.Context, turns *Turns, connections int, who turn, pause time.Duration) *sync.WaitGroup {
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for ctx.Err() == nil {
				if leave, err := turns.enter(ctx, who); err == nil {
					time.Sleep(hashTime)
					leave(true)
				}
				time.Sleep(pause)
			}
		})
	}
	synctest.Wait()
	return &all
}

// One account on 300 connections gets one turn of many, at its address and elsewhere.
func TestOneAccountDoesNotStarveTheOthers(t *testing.T) {
	for name, others := range map[string]func(i int) turn{
		"at its address": func(i int) turn { return fromAddress(0, i+2) },
		"elsewhere":      func(i int) turn { return fromAddress(i+1, i+2) },
		"registrations": func(i int) turn {
			return turn{fromAddress(0, 0).from, suspect{key: fmt.Sprintf("new %d", i)}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				turns := someTurns()
				ctx, stop := context.WithCancel(context.Background())
				attack := flood(ctx, turns, 300, fromAddress(0, 1), 10*time.Millisecond)
				time.Sleep(time.Second)
				const n = 47
				refused, took := crowd(t, turns, n, others)
				for i := range n {
					if refused[i] > 0 || took[i] > (n+3)*hashTime {
						t.Errorf("the %d. was refused %d times and waited %v", i, refused[i], took[i])
					}
				}
				stop()
				attack.Wait()
			})
		})
	}
}

// Many accounts behind one address get as many turns as one address does.
func TestOneAddressDoesNotStarveTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := someTurns()
		ctx, stop := context.WithCancel(context.Background())
		var attack []*sync.WaitGroup
		for i := range 300 {
			attack = append(attack, flood(ctx, turns, 2, fromAddress(0, i+1), 50*time.Millisecond))
		}
		time.Sleep(time.Second)
		for i := range 20 {
			if refused, took := logIn(t, turns, fromAddress(1+i%2, 1000+i)); refused > 0 || took > 4*hashTime {
				t.Errorf("refused %d times, waited %v", refused, took)
			}
		}
		stop()
		for _, a := range attack {
			a.Wait()
		}
	})
}

// From a thousand addresses, a newcomer waits for one turn of each and no more.
func TestAThousandAddressesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 1000
		turns := someTurns()
		ctx, stop := context.WithCancel(context.Background())
		var attack []*sync.WaitGroup
		for i := range n {
			attack = append(attack, flood(ctx, turns, 1, fromAddress(i, 1), time.Second))
		}
		time.Sleep(10 * time.Second)
		refused, took := logIn(t, turns, fromAddress(n, 2))
		if refused > 2 || took > (n+10)*hashTime {
			t.Errorf("refused %d times, waited %v; a round takes %v", refused, took, n*hashTime)
		}
		stop()
		for _, a := range attack {
			a.Wait()
		}
	})
}

// When too many wait, the last of the most crowded address goes, and its place is kept.
func TestTheQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := someTurns(func(o *turnsOptions) { o.queue = 2 })
		leave, err := turns.enter(t.Context(), fromAddress(0, 1))
		if err != nil {
			t.Fatal(err)
		}
		results := make([]chan error, 4)
		begin := func(i int, who turn) {
			results[i] = make(chan error, 1)
			go func() {
				leave, err := turns.enter(context.Background(), who)
				if err == nil {
					leave(true)
				}
				results[i] <- err
			}()
			synctest.Wait()
		}
		begin(0, fromAddress(0, 2))
		begin(1, fromAddress(0, 3))
		begin(2, fromAddress(0, 4)) // one too many, and the last
		wantCode(t, <-results[2], wire.Busy)
		begin(3, fromAddress(1, 5)) // from elsewhere: the last of the others goes
		err = <-results[1]
		wantCode(t, err, wire.Busy)
		if turns.Waiting() != 2 || turns.Promised() != 2 {
			t.Errorf("%d wait, %d are promised", turns.Waiting(), turns.Promised())
		}
		leave(true)
		synctest.Wait()
		for _, i := range []int{0, 3} {
			if err := <-results[i]; err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
}

// Places have limits for each account at an address, for each address and in all, and
// nothing is won by coming too early.
func TestPlacesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := someTurns(func(o *turnsOptions) {
			o.perAccount, o.perAddress, o.queue, o.promises, o.patience = 2, 3, 2, 3, time.Second
			o.took = time.Minute // everybody is told to come back
		})
		if _, err := turns.enter(t.Context(), fromAddress(0, 1)); err != nil {
			t.Fatal(err)
		}
		told := func(who turn) time.Duration {
			t.Helper()
			_, err := turns.enter(t.Context(), who)
			wantCode(t, err, wire.Busy)
			return AsError(err).RetryAfter
		}
		first := told(fromAddress(0, 1))
		if again := told(fromAddress(0, 1)); again < first || turns.Promised() != 2 {
			t.Errorf("who came too early was told %v after %v, and has %d places", again, first, turns.Promised())
		}
		if wait := told(fromAddress(0, 1)); turns.Promised() != 2 || wait < time.Minute {
			t.Errorf("one account has %d places; the next was told %v", turns.Promised(), wait)
		}
		if other := told(fromAddress(0, 2)); other > first+time.Minute || turns.Promised() != 3 {
			t.Errorf("behind who came too early, %v after %v, %d places", other, first, turns.Promised())
		}
		if wait := told(fromAddress(0, 4)); turns.Promised() != 3 || wait < 2*time.Minute {
			t.Errorf("one address has %d places; the next was told %v", turns.Promised(), wait)
		}
		for i := range 5 {
			told(fromAddress(1+i, 1))
		}
		if turns.Promised() != 5 {
			t.Errorf("%d places in all", turns.Promised())
		}
		// Nobody comes back.
		time.Sleep(20 * time.Minute)
		told(fromAddress(9, 1))
		if turns.Promised() != 1 || len(turns.lines) != 1 {
			t.Errorf("%d places are left, %d lines", turns.Promised(), len(turns.lines))
		}
	})
}

// One account has so many places that wait at one address.
func TestPlacesOfAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := someTurns(func(o *turnsOptions) { o.perAccount = 2 })
		leave, err := turns.enter(t.Context(), fromAddress(0, 1))
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { logIn(t, turns, fromAddress(0, 1)) })
		}
		synctest.Wait()
		_, err = turns.enter(t.Context(), fromAddress(0, 1))
		wantCode(t, err, wire.Busy)
		if turns.Waiting() != 2 || turns.Promised() != 0 {
			t.Errorf("%d wait, %d are promised", turns.Waiting(), turns.Promised())
		}
		leave(true)
		all.Wait()
	})
}

// A hash that takes longer than was thought makes the times longer that are told.
func TestTimesFollowWhatHashesTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := someTurns(func(o *turnsOptions) { o.took = 4 * time.Millisecond })
		began := time.Now()
		const n = 300
		refused, _ := crowd(t, turns, n, func(i int) turn { return fromAddress(0, i+1) })
		if all := time.Since(began); all > n*hashTime*105/100 {
			t.Errorf("all were in after %v; the hashes take %v", all, n*hashTime)
		}
		sum := 0
		for _, r := range refused {
			sum += r
		}
		if sum > 2*n {
			t.Errorf("%d refusals for %d", sum, n)
		}
	})
}
