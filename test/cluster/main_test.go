// Package cluster runs three nodes of the real program on a real database and Redis, and has
// every one of them fail under a load that accounts for its messages.
package cluster

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
