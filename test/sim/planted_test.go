//go:build planted

package sim

import (
	"testing"
	"time"

	"parley/internal/hub"
	"parley/test/sim/memstore"
)

// mistakes are what is planted, one after another: in the hub, in the store, or in how
// a node is run.
var mistakes = []struct {
	name  string
	hub   string
	store memstore.Wrong
	world func(*world)
}{
	{name: "ack before commit", store: memstore.Wrong{EarlyAck: true}},
	{name: "no dedup", store: memstore.Wrong{NoDedup: true}},
	{name: "an append without the session check", store: memstore.Wrong{NoSession: true}},
	{name: "a repeat acked because its number is low", hub: "blind ack"},
	{name: "catch-up that turns live too early", hub: "early live"},
	{name: "a head that moves past a gap", hub: "past gap"},
	{name: "a cursor moved on write for a session with acks", hub: "cursor on write"},
	{name: "a lost last message never looked for", world: func(w *world) { w.sweepEvery, w.sweepFast = 24*time.Hour, 24*time.Hour }},
	{name: "presence notices applied out of order", hub: "old presence"},
}

// mostSeeds is how many seeds a mistake may hide for.
const mostSeeds = 2000

// Every mistake is found.
func TestPlanted(t *testing.T) {
	between := quiet(t)
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			hub.Plant(m.hub)
			defer hub.Plant("")
			for seed := *first; seed < *first+mostSeeds; seed++ {
				o := runSeed(t, seed, false, func(w *world) {
					w.db.Plant(m.store)
					if m.world != nil {
						m.world(w)
					}
				})
				between()
				if len(o.violations) > 0 {
					t.Logf("found in seed %d (the %d. one): %s", seed, seed-*first+1, o.violations[0])
					return
				}
			}
			t.Errorf("not found in %d seeds", mostSeeds)
		})
	}
}
