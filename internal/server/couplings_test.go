package server

import (
	"testing"

	"parley/internal/chat"
	"parley/internal/cluster"
	"parley/internal/hub"
	"parley/internal/store/sqldb"
)

// What one room relies on is another room's constant.
func TestCouplings(t *testing.T) {
	// The time of a change is taken when its transaction begins at the earliest, and the
	// commit itself may take as long as a call.
	if latest := sqldb.LongestTransaction + sqldb.CallTimeout; hub.SweepWindow <= latest {
		t.Errorf("comparisons look back %v, and a transaction may show itself %v after it began", hub.SweepWindow, latest)
	}
	// A node that was out of touch for as long as it may be before its lease ends goes on
	// from its place in the journals.
	if chat.JournalKept < 10*cluster.DefaultLease {
		t.Errorf("entries of journals are kept for %v, and a lease is %v", chat.JournalKept, cluster.DefaultLease)
	}
}
