// Package dialogues speaks to the server frame by frame: what is said and what is answered
// stands in the files beside this one, for TCP and WebSocket alike.
package dialogues

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, nil) }
