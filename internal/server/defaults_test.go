package server

import (
	"testing"

	"github.com/alecthomas/kong"

	"parley/internal/chat"
	"parley/internal/gate"
	"parley/wire"
)

// A default stands in the configuration, where operators read it, and in the room that
// has the limit: the two are one.
func TestDefaultsAgree(t *testing.T) {
	var c Config
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(nil); err != nil {
		t.Fatal(err)
	}
	g, r, s := gate.Options{}.WithDefaults(), gate.Rates{}.WithDefaults(), chat.ServiceOptions{}.WithDefaults()
	for _, x := range []struct {
		setting          string
		configured, room any
	}{
		{"max-connections", c.MaxConnections, g.MaxConns},
		{"max-connections-per-address", c.MaxConnectionsPerAddress, g.MaxConnsPerAddr},
		{"max-unauthenticated", c.MaxUnauthenticated, g.MaxUnauthenticated},
		{"max-unauthenticated-per-address", c.MaxUnauthenticatedPerAddress, g.MaxUnauthenticatedPerAddr},
		{"max-unfinished", int(c.MaxUnfinished), g.MaxParts},
		{"login-timeout", c.LoginTimeout, g.LoginTimeout},
		{"frame-timeout", c.FrameTimeout, g.FrameTimeout},
		{"vanished-after", c.Vanished * 4 / 5, g.Silent},
		{"max-frame", int(c.MaxFrame), g.MaxFrame},
		{"rate-frames", float64(c.RateFrames), r.Traffic.PerSecond},
		{"rate-requests", float64(c.RateRequests), r.Requests.PerSecond},
		{"rate-accounts", float64(c.RateAccounts), r.Accounts.PerSecond},
		{"max-text", c.MaxText, wire.DefaultMaxText},
		{"max-friends", c.MaxFriends, s.MaxFriends},
		{"max-groups", c.MaxGroups, s.MaxGroups},
		{"max-invites", c.MaxInvites, s.MaxInvites},
		{"max-members", c.MaxMembers, s.MaxMembers},
		{"max-devices", c.MaxDevices, s.MaxDevices},
		{"devices-per-day", c.DevicesPerDay, s.DevicesPerDay},
		{"password-min", c.PasswordMin, s.MinPassword},
		{"hash-queue", c.HashQueue, s.HashQueue},
		{"hash-wait", c.HashWait, s.HashWait},
		{"hash-promises", c.HashPromises, s.HashPromises},
		{"hash-places-per-address", c.HashPlacesAddress, s.HashPlacesAddress},
		{"hash-places-per-account", c.HashPlacesAccount, s.HashPlacesAccount},
		{"free-attempts", c.FreeAttempts, s.FreeAttemptsAccount},
		{"free-attempts-address", c.FreeAttemptsAddress, s.FreeAttemptsAddress},
		{"longest-delay", c.LongestDelay, s.LongestDelay},
	} {
		if x.configured != x.room {
			t.Errorf("%s is %v by default, and %v in the room that has it", x.setting, x.configured, x.room)
		}
	}
}
