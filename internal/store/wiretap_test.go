package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/store/dbtest"
	"parley/internal/store/sqldb"
	"parley/internal/store/storetest"
)

// wiretap records every text that reaches the driver outside migrations.
type wiretap struct {
	mu    sync.Mutex
	texts map[string]bool
	other []string
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

// TestOnlyRegisteredTextsReachTheDatabase runs the whole contract, hostile names and
// texts included, and compares what the driver was given with the registry. Here
// transactions are cut small and there is one reader: the contract holds all the same.
func TestOnlyRegisteredTextsReachTheDatabase(t *testing.T) {
	for _, kind := range []string{"sqlite", "mysql", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			if kind != "sqlite" {
				dbtest.Server(t, kind)
			}
			var known []string
			tap := &wiretap{texts: make(map[string]bool)}
			t.Run("contract", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T) storetest.Store {
					var url string
					if kind == "sqlite" {
						url = dbtest.EmptyFile(t)
					} else {
						url = dbtest.Empty(t, kind)
					}
					d, path, err := sqldb.New(url)
					if err != nil {
						t.Fatal(err)
					}
					tap.mu.Lock()
					known = d.AllTexts()
					tap.mu.Unlock()
					connect := d.Connect
					d.Connect = func(ctx context.Context, addr string, p sqldb.Purpose) (driver.Conn, error) {
						c, err := connect(ctx, addr, p)
						if err == nil && p != sqldb.ForMigration {
							c = tappedConn{c, tap}
						}
						return c, err
					}
					o := Options{MaxBatch: 3, Readers: 1}
					patiently(&o)
					s, err := open(context.Background(), o.withDefaults(), d, path)
					if err != nil {
						t.Fatal(err)
					}
					return s
				})
			})
			if len(tap.texts) < 40 {
				t.Errorf("the driver was given %d texts: something passes it by", len(tap.texts))
			}
			for _, text := range known {
				delete(tap.texts, text)
			}
			if len(tap.texts)+len(tap.other) > 0 {
				t.Errorf("texts that are not registered: %v %q", tap.texts, tap.other)
			}
		})
	}
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
