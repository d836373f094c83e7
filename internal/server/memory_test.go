package server

import (
	"runtime"
	"testing"
)

func TestMemoryIsReturnedWhenABurstIsOver(t *testing.T) {
	const MiB = 1 << 20
	for _, v := range []struct {
		live, allocated uint64
		quiet, burst    bool
	}{
		{80 * MiB, 0, true, false},
		{80 * MiB, 9 * MiB, true, false},
		{80 * MiB, 11 * MiB, false, false},
		{80 * MiB, 81 * MiB, false, true},
		{1 * MiB, MiB / 2, true, false},
		{1 * MiB, 2 * MiB, false, false},
		{1 * MiB, 9 * MiB, false, true},
	} {
		before := heap{allocated: 100 * MiB, live: v.live}
		now := heap{allocated: before.allocated + v.allocated, live: v.live}
		if now.quietSince(before) != v.quiet || now.burstSince(before) != v.burst {
			t.Errorf("%d MiB in use, %d MiB allocated: quiet %v, burst %v",
				v.live/MiB, v.allocated/MiB, now.quietSince(before), now.burstSince(before))
		}
	}
}

func TestHeapIsRead(t *testing.T) {
	runtime.GC() // what other tests have left
	before := readHeap()
	runtime.KeepAlive(make([]byte, 16*least))
	runtime.GC()
	if now := readHeap(); now.live == 0 || !now.burstSince(before) || now.quietSince(before) {
		t.Errorf("before %+v, now %+v", before, now)
	}
}
