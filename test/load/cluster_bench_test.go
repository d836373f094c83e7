package load

import (
	"fmt"
	"testing"
	"time"

	"parley/internal/bench"
	"parley/test/testkit"
)

// BenchmarkCluster puts the same loads on one, two and three nodes of a cluster of three,
// and on a server with the embedded database. Pairs speak across nodes wherever there is
// more than one. Everything shares this machine: nodes, database, Redis and the load
// generator, so what it shows is what a node more costs, not what a machine more brings.
//
//	go test ./test/load -run '^$' -bench Cluster -benchtime 1x
func BenchmarkCluster(b *testing.B) {
	b.Run("embedded", func(b *testing.B) {
		p := testkit.Serve(b, b.TempDir(), testkit.Wide...)
		cost(b, []string{"tcp://" + p.TCP})
	})
	for kind := range testkit.Kinds {
		c := testkit.NewCluster(b, kind, testkit.Synced)
		c.Becomes("200")
		for n := 1; n <= len(c.Nodes); n++ {
			b.Run(fmt.Sprintf("%s/nodes=%d", kind, n), func(b *testing.B) { cost(b, c.Servers()[:n]) })
		}
		for _, n := range c.Nodes {
			n.Kill()
		}
	}
}

// cost measures latency under a load that leaves room, and how much goes through without
// a bound.
func cost(b *testing.B, servers []string) {
	for range b.N {
		o := bench.Options{
			Servers: servers, Users: 100, Window: 16, Verify: true,
			Duration: 5 * time.Second, Warmup: time.Second, Settle: testkit.Patience,
		}
		full, err := bench.Run(b.Context(), o)
		if err != nil || !full.Clean() {
			b.Fatalf("%v\n%s", err, full.Text())
		}
		o.Rate = 500
		calm, err := bench.Run(b.Context(), o)
		if err != nil || !calm.Clean() {
			b.Fatalf("%v\n%s", err, calm.Text())
		}
		b.ReportMetric(full.AckedPS, "msg/s")
		b.ReportMetric(calm.Ack.P50, "ack-p50-ms")
		b.ReportMetric(calm.Ack.P99, "ack-p99-ms")
		b.ReportMetric(calm.E2E.P50, "e2e-p50-ms")
		b.ReportMetric(calm.E2E.P99, "e2e-p99-ms")
		b.ReportMetric(0, "ns/op")
	}
}
