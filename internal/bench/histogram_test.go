package bench

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsJoinWithoutHoles(t *testing.T) {
	last := -1
	for _, v := range edges() {
		b := bucket(v)
		if b < last {
			t.Fatalf("%d is in bucket %d, a smaller one in %d", v, b, last)
		}
		last = b
		if top := highest(b); top < v || bucket(top) != b || top < math.MaxInt64 && bucket(top+1) != b+1 {
			t.Fatalf("%d is in bucket %d, whose highest is said to be %d", v, b, top)
		}
		if off := float64(highest(b)-v) / float64(max(v, 1)); off > 1.0/fine {
			t.Fatalf("%d is told as %d, %.2f %% off", v, highest(b), 100*off)
		}
	}
	if n := len(new(histogram).buckets); last != n-1 && bucket(math.MaxInt64) >= n {
		t.Fatalf("the highest bucket is %d of %d", bucket(math.MaxInt64), n)
	}
}

// edges are the small values, and those around every power of two.
func edges() []int64 {
	var all []int64
	for v := range int64(4 * fine) {
		all = append(all, v)
	}
	for shift := 10; shift < 63; shift++ {
		v := int64(1) << shift
		all = append(all, v-1, v, v+1, v+v/3)
	}
	all = append(all, math.MaxInt64)
	slices.Sort(all)
	return all
}

func TestQuantilesAgainstSorting(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	var h histogram
	var all []time.Duration
	for range 10_000 {
		d := time.Duration(math.Exp(draw.NormFloat64()*2 + 14))
		h.record(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{0.0001, 0.1, 0.5, 0.9, 0.99, 0.999, 1} {
		exact := all[max(0, int(math.Ceil(q*float64(len(all))))-1)]
		got := h.quantile(q)
		if got < exact || float64(got) > float64(exact)*(1+1.0/fine) {
			t.Errorf("quantile %v: %v, by sorting %v", q, got, exact)
		}
	}
	if h.quantile(1) != all[len(all)-1] {
		t.Errorf("the highest is %v, told %v", all[len(all)-1], h.quantile(1))
	}
}

func TestAnEmptyHistogram(t *testing.T) {
	if got := new(histogram).summary(); got != (Latency{}) {
		t.Errorf("%v", got)
	}
}

func BenchmarkRecord(b *testing.B) {
	var h histogram
	for i := range b.N {
		h.record(time.Duration(i) * 37)
	}
}
