package store

import (
	"fmt"
	"testing"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
)

// TestSettingsFromTwoNodes: two devices of one user, each on a node of its own, set something for the
// same conversation all the time. Each change is made to what the other has just written.
func TestSettingsFromTwoNodes(t *testing.T) {
	dbtest.OnServers(t, func(t *testing.T, kind string) {
		url := dbtest.Fresh(t, kind)
		nodes := [2]*Store{openServer(t, url), openServer(t, url)}
		defer func() {
			for _, s := range nodes {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		}()
		ctx := t.Context()
		var users [2]chat.UserID
		for i := range users {
			id, err := nodes[0].CreateUser(ctx, fmt.Sprint("user ", i), fmt.Sprint("user ", i), "hash")
			if err != nil {
				t.Fatal(err)
			}
			users[i] = id
		}
		conv, _, _, err := nodes[0].OpenDirect(ctx, users[0], users[1])
		if err != nil {
			t.Fatal(err)
		}
		const each = 40
		done := make(chan error)
		for i, s := range nodes {
			go func() {
				var err error
				for n := int64(1); n <= each && err == nil; n++ {
					level, seq := chat.Level(n%2), n
					c := chat.SettingsChange{Level: &level}
					if i == 1 {
						c = chat.SettingsChange{HiddenSeq: &seq}
					}
					_, _, err = s.SaveSettings(ctx, users[0], conv.ID, c)
					// What this node has set is its own: nobody else may have undone it.
					_, now, again := s.SettingsOf(ctx, users[0], conv.ID)
					if err == nil {
						err = again
					}
					if err == nil && (i == 0 && now.Level != level || i == 1 && now.HiddenSeq != seq) {
						err = fmt.Errorf("node %d set number %d, and it is %+v", i, n, now)
					}
				}
				done <- err
			}()
		}
		for range nodes {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if _, now, err := nodes[0].SettingsOf(ctx, users[0], conv.ID); err != nil || now.No != 2*each {
			t.Errorf("after %d changes the number is %d, %v", 2*each, now.No, err)
		}
	})
}
