// Package versions runs the program and the SDK of this tree against those of an older one.
package versions

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
