package deploy_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// unit is a unit's settings; one that is given several times has its values in order.
func unit(t *testing.T, name string) map[string][]string {
	t.Helper()
	settings, section := map[string][]string{}, ""
	for i, line := range strings.Split(text(t, name), "\n") {
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			key, value, found := strings.Cut(line, "=")
			if !found || section == "" {
				t.Fatalf("%s:%d: %q is no setting of a section", name, i+1, line)
			}
			key = section + "." + key
			settings[key] = append(settings[key], value)
		}
	}
	return settings
}

func TestTheUnitWaitsForTheServer(t *testing.T) {
	u := unit(t, "parley.service")
	one := func(key string) string {
		if len(u[key]) != 1 {
			t.Fatalf("%s is %q, want one value", key, u[key])
		}
		return u[key][0]
	}
	name, value, _ := strings.Cut(one("Service.Environment"), "=")
	stop, err := time.ParseDuration(value)
	if name != "PARLEY_STOP_TIMEOUT" || err != nil {
		t.Fatalf("Environment is %q (%v)", one("Service.Environment"), err)
	}
	seconds, err := strconv.Atoi(one("Service.TimeoutStopSec"))
	if err != nil || time.Duration(seconds)*time.Second < stop+5*time.Second {
		t.Errorf("TimeoutStopSec is %d (%v): systemd kills a server that may take %v to stop", seconds, err, stop)
	}
	// What the comment proposes for a cluster has to fit too.
	var drain time.Duration
	for _, line := range strings.Split(text(t, "parley.service"), "\n") {
		if _, value, found := strings.Cut(line, "PARLEY_DRAIN_"); found {
			if _, value, found = strings.Cut(value, "="); found {
				d, err := time.ParseDuration(value)
				if err != nil {
					t.Errorf("%q: %v", line, err)
				}
				drain += d
			}
		}
	}
	if drain == 0 || drain+10*time.Second > stop {
		t.Errorf("draining for %v leaves too little of %v for the rest", drain, stop)
	}
	// The folder that systemd makes is the one that the server uses.
	if state := "/var/lib/" + one("Service.StateDirectory"); !strings.Contains(one("Service.ExecStart"), " --data "+state) {
		t.Errorf("%q does not use %s", one("Service.ExecStart"), state)
	}
	if got := one("Service.RestartPreventExitStatus"); got != "2" {
		t.Errorf("RestartPreventExitStatus is %s; the program exits with 2 for a mistake in its configuration", got)
	}
}
