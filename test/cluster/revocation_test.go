package cluster

import (
	"testing"

	"parley/test/testkit"
	"parley/wire"
)

// TestRevocationReachesAllNodes: a change of password on one node ends sessions on the
// others, also while they cannot hear of it over the bus.
func TestRevocationReachesAllNodes(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewCluster(t, kind, testkit.Unsynced)
			here, there := c.Nodes[0], c.Nodes[1]
			o, _ := testkit.Account(t, here, "ann")
			pass := testkit.Password
			for round, fail := range []func(){func() {}, c.Redis.Stop} {
				fail()
				o.Password = pass
				o.Device = "here"
				o.Server = "tcp://" + here.TCP
				one := testkit.Login(t, o)
				o.Device = "there"
				o.Server = "tcp://" + there.TCP
				other := testkit.Login(t, o)
				pass += "!"
				if err := one.ChangePassword(testkit.Soon(t), o.Password, pass); err != nil {
					t.Fatal(err)
				}
				if code := testkit.Ended(t, other); code != wire.ByeLoggedOut {
					t.Errorf("round %d: ended with %d", round, code)
				}
				if list, err := one.Logins(testkit.Soon(t)); err != nil || len(list) != 1 {
					t.Errorf("round %d: %+v %v", round, list, err)
				}
				one.Close()
			}
		})
	}
}
