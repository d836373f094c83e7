package chat

import "time"

// Clock is the port to time, so that tests can bend it. time.Time values it gives
// carry a monotonic reading where the system has one.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in its own goroutine after d.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is a pending AfterFunc.
type Timer interface {
	// Stop reports whether it kept f from being called.
	Stop() bool
	Reset(d time.Duration) bool
}

// SystemClock is the machine's clock (a fake one inside a testing/synctest bubble).
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// AfterFunc is time.AfterFunc.
func (SystemClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
