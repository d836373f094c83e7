package bench

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets that grow with them: 128 to each power of two,
// so that a quantile is at most 0.8 % too high, over the whole range of a Duration.
// It may be used from any goroutine; quantiles are exact once nobody records.
type histogram struct {
	buckets [(64-fineBits)*fine + fine]atomic.Int64
	count   atomic.Int64
	max     atomic.Int64
}

const (
	fineBits = 7
	fine     = 1 << fineBits // buckets of one power of two
)

// record counts one duration; a negative one counts as none at all.
func (h *histogram) record(d time.Duration) {
	v := max(0, int64(d))
	h.buckets[bucket(v)].Add(1)
	h.count.Add(1)
	for {
		top := h.max.Load()
		if v <= top || h.max.CompareAndSwap(top, v) {
			return
		}
	}
}

// bucket is the index for v: below 2*fine every value has its own.
func bucket(v int64) int {
	shift := max(0, bits.Len64(uint64(v))-fineBits-1)
	return shift<<fineBits + int(v>>shift)
}

// highest is the highest value of a bucket.
func highest(bucket int) int64 {
	shift := max(0, bucket>>fineBits-1)
	return (int64(bucket-shift<<fineBits)+1)<<shift - 1
}

// quantile returns the value that a share q of all durations do not exceed; 0 when
// there are none.
func (h *histogram) quantile(q float64) time.Duration {
	rank := max(1, int64(math.Ceil(q*float64(h.count.Load()))))
	for i := range h.buckets {
		if rank -= h.buckets[i].Load(); rank <= 0 {
			return time.Duration(min(highest(i), h.max.Load()))
		}
	}
	return time.Duration(h.max.Load())
}

// summary returns the quantiles that a report has, in milliseconds.
func (h *histogram) summary() Latency {
	return Latency{
		P50: ms(h.quantile(0.5)), P90: ms(h.quantile(0.9)), P99: ms(h.quantile(0.99)),
		P999: ms(h.quantile(0.999)), Max: ms(time.Duration(h.max.Load())),
	}
}

// ms rounds to microseconds.
func ms(d time.Duration) float64 { return math.Round(float64(d)/1e3) / 1e3 }
