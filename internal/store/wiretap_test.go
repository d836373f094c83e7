package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/internal/store/storetest"
)

// wiretap records every text that reaches the driver outside migrations.
type wiretap struct {
	mu     sync.Mutex
	stores int
	known  map[string]bool // the registered texts, as the dialect has them
	texts  map[string]bool
	other  []string
}

// tappedConn hides everything of a connection but preparing, so that nothing passes
// the wiretap by.
type tappedConn struct {
	driver.Conn
	tap *wiretap
}

func (c tappedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	c.tap.mu.Lock()
	c.tap.texts[text] = true
	c.tap.mu.Unlock()
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
}

func (c tappedConn) Prepare(text string) (driver.Stmt, error) {
	c.tap.mu.Lock()
	defer c.tap.mu.Unlock()
	c.tap.other = append(c.tap.other, text)
	return c.Conn.Prepare(text)
}

// tapped runs the whole contract, hostile names and texts included, and compares what the
// driver was given with the registry.
func tapped(t *testing.T, empty func(t *testing.T) string, options func(t *testing.T) Options) {
	tap := &wiretap{known: make(map[string]bool), texts: make(map[string]bool)}
	t.Cleanup(func() { tap.compare(t) }) // the parts of the contract end after this function
	storetest.Run(t, func(t *testing.T) storetest.Store {
		url := empty(t)
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			s, err := tap.open(t, url, options(t))
			if err == nil {
				return s
			}
			// The connections of a store that was closed may still count in the server.
			if !sqldb.Away(err) || time.Since(began) > time.Minute {
				t.Fatal(err)
			}
		}
	})
}

func (w *wiretap) open(t *testing.T, url string, o Options) (*Store, error) {
	d, path, err := sqldb.New(url)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.stores++
	for _, text := range d.AllTexts() {
		w.known[text] = true
	}
	w.mu.Unlock()
	connect := d.Connect
	d.Connect = func(ctx context.Context, addr string, p sqldb.Purpose) (driver.Conn, error) {
		c, err := connect(ctx, addr, p)
		if err == nil && p != sqldb.ForMigration {
			c = tappedConn{c, w}
		}
		return c, err
	}
	o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	return open(context.Background(), o.withDefaults(), d, path)
}

func (w *wiretap) compare(t *testing.T) {
	if w.stores > 100 && len(w.texts) < 40 { // fewer where one part was asked for
		t.Errorf("the driver was given %d texts: something passes it by", len(w.texts))
	}
	for text := range w.texts {
		if !w.known[text] {
			t.Errorf("a text is not registered: %s", text)
		}
	}
	if len(w.other) > 0 {
		t.Errorf("texts are prepared that are not registered: %q", w.other)
	}
}

// inSmallPieces cuts transactions small, and has one reader: the contract holds all the same.
func inSmallPieces(o *Options) { o.MaxBatch, o.Readers = 3, 1 }

// TestOnlyRegisteredTextsReachTheDatabase is the contract on SQLite in small pieces. The
// contracts on servers look at what their drivers are given as well.
func TestOnlyRegisteredTextsReachTheDatabase(t *testing.T) {
	tapped(t, dbtest.EmptyFile, func(*testing.T) Options {
		var o Options
		inSmallPieces(&o)
		patiently(&o)
		return o
	})
}

// TestOneStructForEachTable compares the structs with the migrated schema.
func TestOneStructForEachTable(t *testing.T) {
	s := openTest(t, Options{})
	defer s.Close()
	db, err := sql.Open("sqlite", s.path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for table, row := range map[string]any{
		"users": userRow{}, "devices": deviceRow{}, "known_addresses": knownAddressRow{}, "friendships": friendshipRow{}, "blocks": blockRow{},
		"conversations": conversationRow{}, "chat_groups": groupRow{}, "members": memberRow{}, "member_windows": windowRow{},
		"messages": messageRow{}, "cursors": cursorRow{}, "changes": noticeRow{}, "nodes": nodeRow{}, "installation": sqldb.Installation{}, "name_skeletons": nameSkeletonRow{}, "registration_invites": inviteRow{},
		"message_states": stateRow{}, "reactions": reactionRow{}, "device_changes": deviceChangeRow{}, "segment_recalls": segmentRecallRow{}, "conversation_settings": settingsRow{}, "mentions": mentionRow{}, "friend_requests": requestRow{},
	} {
		var want []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(row)) {
			if column := f.Tag.Get("db"); column != "" {
				want = append(want, column)
			}
		}
		if got := columns(t, db, table); !slices.Equal(got, want) {
			t.Errorf("table %s has columns %q, its struct %q", table, got, want)
		}
	}
	for view, want := range map[string]string{
		"User": "id name password state", "Friend": "userid friendid", "AllGroup": "id groupname groupdesc",
		"GroupUser": "groupid userid grouprole", "OfflineMessage": "userid message",
	} {
		if got := strings.Join(columns(t, db, view), " "); got != want {
			t.Errorf("view %s has columns %q, want %q", view, got, want)
		}
	}
}

func columns(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query("SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}
