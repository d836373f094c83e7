// Package moving copies, restores and migrates the data of the real program.
package moving

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
