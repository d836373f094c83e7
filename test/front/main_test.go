// Package front is what people and operators touch: the program's commands, its client at a
// terminal and in a pipe, the transcript in the README, and the examples.
package front

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
