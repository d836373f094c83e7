// Package load measures the real program, and tests the load generator against it.
package load

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]func(string){"PARLEY_TEST_RELAY": relay})
}
