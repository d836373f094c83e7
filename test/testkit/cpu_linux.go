package testkit

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// CPU is the CPU time that a process has used.
func CPU(b testing.TB, pid int) time.Duration {
	b.Helper()
	const sched = 2 // the clock of the scheduler, of all threads (clock_getcpuclockid(3))
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|sched), &ts); err != nil {
		b.Fatal(err)
	}
	return time.Duration(ts.Nano())
}
