// Package crash kills, freezes and starves the real program, its clients and the database
// below it, and looks at what is left: what was acked is there, once and in order.
package crash

import (
	"testing"

	"parley/test/testkit"
)

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]func(string){
		"PARLEY_TEST_CLIENT": victim, "PARLEY_TEST_POSTER": poster,
		"PARLEY_TEST_SENDER": sender, "PARLEY_TEST_RECEIVER": receiver,
	})
}
