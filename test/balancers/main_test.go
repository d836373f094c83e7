// Package balancers runs HAProxy and nginx with the files in deploy/ in front of real nodes:
// who gets through, whose address is believed, and how soon a client that is gone is missed.
package balancers

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
