// Package security attacks the real program: floods, hostile texts, maimed and replayed sealed
// connections, whoever listens on the way.
package security

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
