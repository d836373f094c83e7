package store

import (
	"strings"
	"testing"

	"parley/internal/store/sqldb"
)

// TestColumnsAreRead: who reads a row takes as many columns as the list beside it has.
func TestColumnsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		list string
		from int // the first of them
		read func(r sqldb.Row)
	}{
		"account":      {accountColumns, 0, func(r sqldb.Row) { new(userRow).readAccount(r) }},
		"invite":       {inviteColumns, 0, func(r sqldb.Row) { readInvite(r) }},
		"group invite": {groupInviteColumns, 0, func(r sqldb.Row) { new(groupInviteRow).read(r) }},
		"device":       {deviceColumns, 0, func(r sqldb.Row) { new(deviceRow).readState(r) }},
		"standing":     {standingColumns, 0, func(r sqldb.Row) { new(conversationRow).readStanding(r) }},
		"message":      {messageColumns, 0, func(r sqldb.Row) { new(messageRow).read(r) }},
		"state":        {stateColumns, 0, func(r sqldb.Row) { new(stateRow).read(r) }},
		"member":       {memberColumns, 0, func(r sqldb.Row) { new(memberRow).read(r, 0) }},
		"member, 3":    {memberColumns, 3, func(r sqldb.Row) { new(memberRow).read(r, 3) }},
		"send key":     {sendKeyColumns, 2, func(r sqldb.Row) { new(sendKeyRow).read(r, 2) }},
		"settings":     {settingsColumns, 0, func(r sqldb.Row) { readSettings(r) }},
		"profile":      {profileColumns, 0, func(r sqldb.Row) { readProfile(r) }},
		"entry":        {entryColumns, 0, func(r sqldb.Row) { readEntry(r) }},
	} {
		reads := func(n int) (ok bool) {
			defer func() { ok = recover() == nil }()
			c.read(make(sqldb.Row, c.from+n)) // NULL is a zero of any type
			return true
		}
		n := strings.Count(c.list, ",") + 1
		if !reads(n) {
			t.Errorf("%s: %q has %d columns, and more are read", name, c.list, n)
		}
		if reads(n - 1) {
			t.Errorf("%s: %q has %d columns, and fewer are read", name, c.list, n)
		}
	}
}
