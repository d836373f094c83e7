package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/chat"
)

// TestViews looks at what is stored in the shape of the classic design.
func TestViews(t *testing.T) {
	ctx := context.Background()
	l := newLine(t, Options{})
	peer := chat.UserID(2)
	_, err := l.s.AddFriend(ctx, l.user, peer, 0)
	l.must(err)
	l.must(l.queue(1, "seen")().Err)
	l.must(l.queue(2, `"missed"`)().Err)
	o, err := l.s.OpenSession(ctx, chat.Opening{User: peer, Session: 2, Node: 1, At: time.Now()})
	l.must(err)
	l.must(l.s.SaveDelivered(ctx, []chat.Cursor{{User: peer, Device: o.Device, Conv: l.head.Conv, Seq: 1}}))
	_, err = l.s.CloseSession(ctx, chat.Closing{User: peer, Device: o.Device, Session: 2, At: time.Now()})
	l.must(err)
	_, m, _, err := l.s.CreateGroup(ctx, l.user, "g", "about", chat.JoinOpen, 0, time.Now())
	l.must(err)
	_, _, _, err = l.s.JoinGroup(ctx, peer, m.Conv.Group, 0, 0)
	l.must(err)
	l.head = chat.Head{Conv: m.Conv.ID, Version: m.Version}
	l.must(l.queue(3, "to all")().Err)

	db, err := sql.Open("sqlite", l.s.path())
	l.must(err)
	defer db.Close()
	for query, want := range map[string]string{
		"SELECT id || ' ' || name || ' ' || password || ' ' || state FROM User ORDER BY id":  "1 u0 * online|2 u1 * offline",
		"SELECT userid || ' ' || friendid FROM Friend ORDER BY userid":                       "1 2|2 1",
		"SELECT id || ' ' || groupname || ' ' || groupdesc FROM AllGroup":                    "1 g about",
		"SELECT groupid || ' ' || userid || ' ' || grouprole FROM GroupUser ORDER BY userid": "1 1 creator|1 2 normal",
	} {
		if got := column(t, db, query); got != want {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
	got := column(t, db, "SELECT userid || ' ' || json_remove(message, '$.time') FROM OfflineMessage ORDER BY json_extract(message, '$.msgid')")
	want := `2 {"msgid":4,"id":1,"from":"u0","to":2,"msg":"\"missed\"","seq":2}|2 {"msgid":8,"id":1,"from":"u0","gid":1,"msg":"to all","seq":1}`
	if got != want {
		t.Errorf("OfflineMessage\n got %s\nwant %s", got, want)
	}
	sent := column(t, db, "SELECT DISTINCT json_extract(message, '$.time') FROM OfflineMessage LIMIT 1")
	if at, err := time.Parse("2006-01-02T15:04:05.000Z", sent); err != nil || time.Since(at) > time.Minute {
		t.Errorf("time %q: %v", sent, err)
	}
	if _, err := db.Exec("UPDATE User SET name = 'x'"); err == nil {
		t.Error("a view could be written")
	}
}

// column is the first column of all rows.
func column(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var v any
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(v))
	}
	return strings.Join(all, "|")
}
