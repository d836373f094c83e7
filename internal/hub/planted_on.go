//go:build planted

package hub

import "fmt"

var plantedEarlyLive, plantedPastGap, plantedBlindAck, plantedCursorOnWrite, plantedOldPresence bool

// Plant has the hubs of this process make one mistake from now on, and no other; ""
// is none. It is for simulations alone and not safe for concurrent use.
func Plant(mistake string) {
	all := map[string]*bool{
		"early live": &plantedEarlyLive, "past gap": &plantedPastGap, "blind ack": &plantedBlindAck,
		"cursor on write": &plantedCursorOnWrite, "old presence": &plantedOldPresence,
	}
	for _, on := range all {
		*on = false
	}
	if mistake == "" {
		return
	}
	if all[mistake] == nil {
		panic(fmt.Sprintf("hub: there is no mistake %q to plant", mistake))
	}
	*all[mistake] = true
}
