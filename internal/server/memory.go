package server

import (
	"context"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// lookAtMemory is how often the server looks whether a burst of work is over.
const lookAtMemory = 5 * time.Second

// least is how many bytes may be allocated between two looks, and an eighth of what a
// burst must have allocated, where nearly nothing is in use.
const least = 1 << 20

// startMemory gives memory back to the machine when a burst of work is over, a storm
// of logins for example. The runtime alone would keep most of it for the next one:
// with thousands of idle connections, more than they themselves hold.
func (s *Server) startMemory(context.Context) (func(context.Context) error, error) {
	var last, returned heap
	return s.every(lookAtMemory, func(context.Context) {
		now := readHeap()
		if now.quietSince(last) && now.burstSince(returned) {
			debug.FreeOSMemory()
			returned = readHeap()
		}
		last = now
	}), nil
}

// heap is what the runtime knows of the memory for objects, in bytes.
type heap struct {
	allocated uint64 // since the program started
	live      uint64 // found in use by the last collection
}

func readHeap() heap {
	samples := []runtimemetrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	runtimemetrics.Read(samples)
	return heap{allocated: samples[0].Value.Uint64(), live: samples[1].Value.Uint64()}
}

// quietSince reports whether little was allocated between two looks: far less than
// what makes the runtime collect by itself.
func (h heap) quietSince(before heap) bool {
	return h.allocated-before.allocated < max(h.live/8, least)
}

// burstSince reports whether so much was allocated that there may be as much to give
// back as is in use.
func (h heap) burstSince(before heap) bool {
	return h.allocated-before.allocated > max(h.live, 8*least)
}
