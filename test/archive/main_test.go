// Package archive moves old messages of the real program into files, on three databases,
// while they are read, and kills, damages and mends.
package archive

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
