package testkit

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

// Main is the TestMain of a package of scenarios. The test binary also serves as the processes
// that a scenario kills: where the environment has one of the roles' names, that role is
// played with the variable's value instead of running tests.
//
// The package fails if a secret is in what any of its servers has logged.
func Main(m *testing.M, roles map[string]func(value string)) {
	for name, play := range roles {
		if value := os.Getenv(name); value != "" {
			play(value)
			os.Exit(0)
		}
	}
	threeAtATime()
	status := m.Run()
	if leaks := leaked.all(); len(leaks) > 0 {
		fmt.Println("FAIL: secrets are in the log of a server:\n" + strings.Join(leaks, "\n"))
		status = 1
	}
	program.remove()
	os.Exit(status)
}

// threeAtATime lets tests that say so run three at a time where nothing else is asked for: each
// runs servers of its own, and waits most of the time, for leases, time-outs and starts.
func threeAtATime() {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		_ = flag.Set("test.parallel", "3") // it is there
	}
}
