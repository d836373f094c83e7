package bus

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"parley/internal/bus/bustest"
	"parley/internal/chat"
	"parley/internal/engines"
)

// A master dies, and its Sentinel makes the replica the master: the bus goes on there,
// and the receiver is told that it may have missed something.
func TestSentinel(t *testing.T) {
	master := redisServer(t)
	replica, err := engines.StartRedis(context.Background(), engines.Options{
		Dir: t.TempDir(), Args: []string{"--replicaof", fmt.Sprint("127.0.0.1 ", master.Port), "--repl-diskless-sync-delay", "0"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(replica.Stop)
	sentinel, err := engines.StartSentinel(context.Background(), engines.Options{Dir: t.TempDir()}, "mymaster", master)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sentinel.Stop)
	end := func(r chat.Receiver) *Redis {
		b, err := OpenRedis(RedisOptions{URL: "redis://" + sentinel.Addr() + "?master_set=mymaster", Receiver: r, Queue: bustest.Queue})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	w := newWitness()
	from, to := end(newWitness()), end(w)
	defer from.Close()
	defer to.Close()
	topic := chat.Topic{Group: 4}
	eventually(t, "subscribed", func() bool { return to.Subscribe(t.Context(), topic) == nil })
	carries(t, from, topic, w)
	// Sentinel asks a master for its replicas every ten seconds.
	eventually(t, "known as a replica", func() bool { return sentinelKnows(t, sentinel, replica) })
	for len(w.lost) > 0 {
		<-w.lost
	}
	master.Kill()
	select {
	case <-w.lost:
	case <-time.After(30 * time.Second):
		t.Fatalf("never told that something may be missing; health: %v", to.Health())
	}
	carries(t, from, topic, w)
	eventually(t, "content", func() bool { return from.Health() == nil && to.Health() == nil })
}

func sentinelKnows(t *testing.T, sentinel, replica *engines.Server) bool {
	t.Helper()
	c, err := redisURL("redis://" + sentinel.Addr())
	if err != nil {
		t.Fatal(err)
	}
	r, err := rueidis.NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	replicas, err := r.Do(t.Context(), r.B().Arbitrary("SENTINEL", "REPLICAS", "mymaster").Build()).ToArray()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range replicas {
		if of, err := one.AsStrMap(); err == nil && of["port"] == fmt.Sprint(replica.Port) && of["master-link-status"] == "ok" {
			return true
		}
	}
	return false
}
