package hub

import (
	"testing"
	"time"

	"parley/internal/chat"
)

// A notice that was lost is found in the journal at the latest by the comparison that looks
// at everything, so an entry must still be there then, also for a node that was cut off for
// a moment just before.
func TestJournalsAreKeptUntilTheyAreCompared(t *testing.T) {
	var o Options
	o.setDefaults()
	full := sweepsToFull * o.SweepEvery
	if least := full + SweepWindow + time.Minute; chat.JournalKept < least {
		t.Errorf("entries of journals are kept for %v, and everything is compared every %v: keep them for %v at least", chat.JournalKept, full, least)
	}
	if SweepWindow < 2*o.SweepEvery || fastWindow < 2*o.SweepFast {
		t.Errorf("comparisons look back %v and %v, less than two of their intervals (%v and %v)", SweepWindow, fastWindow, o.SweepEvery, o.SweepFast)
	}
}
