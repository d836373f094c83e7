package moving

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store"
	"parley/internal/store/dbtest"
)

// furnish stores something of everything: texts of all kinds, blocks, members who left,
// a device that was forgotten, tokens, cursors, and a session that is still open. It returns a group's
// conversation, with 42 messages.
func furnish(t *testing.T, s *store.Store) (group chat.ConvID) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"ann", "Bob", "Ümläut", "名字", "o'hara; --", "🙂 smiling"}
	var all []*dbtest.Writer
	for i, name := range names {
		all = append(all, dbtest.NewWriter(t, s, name, chat.SessionID(100+i)))
	}
	ann, bob, left, last := all[0], all[1], all[3], all[5]
	for _, w := range all[1:] {
		_, err := s.AddFriend(ctx, ann.User, w.User, 0)
		ok(err)
	}
	_, err := s.RemoveFriend(ctx, ann.User, left.User)
	ok(err)
	_, _, _, err = s.SetBlocked(ctx, ann.User, left.User, true)
	ok(err)
	g, m, _, err := s.CreateGroup(ctx, ann.User, "a group 群", "what it is for\n", chat.JoinOpen, 0, time.UnixMilli(1_700_000_000_123))
	ok(err)
	h := chat.Head{Conv: m.Conv.ID, Version: m.Version}
	for _, w := range all[1:] {
		_, m, _, err := s.JoinGroup(ctx, w.User, g.ID, 0, 0)
		ok(err)
		h.Version = m.Version
	}
	_, d, _, err := s.OpenDirect(ctx, ann.User, bob.User)
	ok(err)
	texts := []string{"plain", "two\nlines\tand a tab", "𝄞 🙂 é ß 名", `{"msgid":4}`, "'; DROP TABLE messages; --", "%s \\ \" `"}
	for i := range 40 {
		for _, to := range []chat.Head{h, d} {
			if a := []*dbtest.Writer{ann, bob}[i%2].Send(to, fmt.Sprint(texts[i%len(texts)], i)); a.Err != nil {
				t.Fatal(a.Err)
			}
		}
	}
	// With something beside the text.
	for _, e := range []*chat.Extra{{ReplyTo: 2}, {ReplyTo: 20, Mentions: chat.Mentions{Users: []chat.UserID{bob.User, ann.User}}}, {Mentions: chat.Mentions{All: true}}} {
		a := &chat.Append{Conv: d.Conv, Version: d.Version, Sender: ann.User, Device: ann.Device, Session: ann.Session, Body: "with more", Extra: e, Owner: make(chan *chat.Append, 1)}
		s.Append(a)
		<-a.Owner.(chan *chat.Append)
		ok(a.Err)
	}
	// Without a number, and as long as they get.
	a := &chat.Append{Conv: d.Conv, Version: d.Version, Sender: ann.User, Device: ann.Device, Session: ann.Session, Body: strings.Repeat("名", 4000), Owner: make(chan *chat.Append, 1)}
	s.Append(a)
	<-a.Owner.(chan *chat.Append)
	ok(a.Err)
	a = &chat.Append{Conv: d.Conv, Version: d.Version, Sender: bob.User, Body: "from no session", Key: &chat.SendKey{Key: "k-1", Sum: [32]byte{0, 1, 0xff}}, Owner: make(chan *chat.Append, 1)}
	s.Append(a)
	<-a.Owner.(chan *chat.Append)
	ok(a.Err)
	_, err = s.LeaveGroup(ctx, left.User, g.ID)
	ok(err)
	_, _, _, err = s.JoinGroup(ctx, left.User, g.ID, 0, 0) // a second time
	ok(err)
	r, err := s.LeaveGroup(ctx, left.User, g.ID)
	ok(err)
	for i, w := range []*dbtest.Writer{ann, bob} {
		ok(s.SaveDelivered(ctx, []chat.Cursor{{User: w.User, Conv: d.Conv, Device: w.Device, Seq: int64(10 + i)}}))
		_, _, err := s.SaveRead(ctx, w.User, w.Device, d.Conv, int64(3+i))
		ok(err)
	}
	_, err = s.OpenSession(ctx, chat.Opening{User: ann.User, Device: "with a token", Session: 900, Node: 1, At: time.Now(), From: "192.0.2.1", TokenHash: []byte{0, 255, 1, 39, 92}})
	ok(err)
	for i, name := range []string{"", "kept ÄÖ"} { // one for anybody, used; one that keeps a name
		_, err := s.AddRegistrationInvite(ctx, chat.RegistrationInvite{Name: name, Note: "note 群\n", Uses: 1, EndsAt: time.Now().Add(time.Hour)}, bytes.Repeat([]byte{0, 255, byte(i), 39}, 8))
		ok(err)
	}
	_, err = s.CreateInvitedUser(ctx, "invited", "invited", "", bytes.Repeat([]byte{0, 255, 0, 39}, 8))
	ok(err)
	for _, uses := range []int64{0, 3} { // one revoked, one used
		i, err := s.AddGroupInvite(ctx, ann.User, chat.GroupInvite{
			Group: g.ID, Code: fmt.Sprint("CODE", uses), Uses: uses, MadeAt: time.UnixMilli(1_700_000_000_123), EndsAt: time.Now().Add(time.Hour),
		}, 0)
		ok(err)
		if uses == 0 {
			_, err = s.RevokeGroupInvite(ctx, ann.User, g.ID, i.Invite.ID)
		} else if _, _, _, err = s.JoinByInvite(ctx, left.User, i.Invite.Code, 0, 0); err == nil {
			r, err = s.LeaveGroup(ctx, left.User, g.ID)
		}
		ok(err)
	}
	// The device with the highest number sends, and is forgotten.
	if a := last.Send(chat.Head{Conv: h.Conv, Version: r.Version}, "from a device that is gone"); a.Err != nil {
		t.Fatal(a.Err)
	}
	o, err := s.OpenSession(ctx, chat.Opening{User: last.User, Device: "old", Session: 901, Node: 1, At: time.UnixMilli(1000)})
	ok(err)
	gone := &dbtest.Writer{T: t, S: s, User: last.User, Device: o.Device, Session: 901}
	if a := gone.Send(chat.Head{Conv: h.Conv, Version: r.Version}, "and another"); a.Err != nil {
		t.Fatal(a.Err)
	}
	ok(s.SaveDelivered(ctx, []chat.Cursor{{User: last.User, Conv: h.Conv, Device: o.Device, Seq: 5}}))
	_, err = s.CloseSession(ctx, chat.Closing{User: last.User, Device: o.Device, Session: 901, At: time.UnixMilli(1000)})
	ok(err)
	if n, err := s.ForgetDevices(ctx, time.UnixMilli(2000), 10); err != nil || n != 1 {
		t.Fatalf("%d devices were forgotten (%v)", n, err)
	}
	// A conversation whose beginning is in a file.
	c, old, _, err := s.OpenDirect(ctx, bob.User, last.User)
	ok(err)
	for i := range 3 {
		if a := bob.Send(old, fmt.Sprint("old ", i)); a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	page, err := s.Page(ctx, c.ID, 0, 2, 10, 1<<20)
	ok(err)
	ok(s.BeginArchiving(ctx, 1))
	id, err := s.AddSegment(ctx, 1, chat.Segment{Name: "x/1.parquet", Messages: 2, Bytes: 999, SHA256: "00ff", MadeAt: time.UnixMilli(5)})
	ok(err)
	ok(s.MoveToSegment(ctx, 1, chat.SegmentRange{Segment: id, Conv: c.ID, First: 1, Last: 2}, page))
	ok(s.ReplaceSegment(ctx, 1, chat.Segment{ID: id, Name: "x/2.parquet", Bytes: 998, SHA256: "11ff"}))
	ok(s.EndArchiving(ctx, 1))
	// What was done to messages: also to one that is in the file.
	for _, x := range []struct {
		in chat.Head
		do chat.Change
	}{
		{d, chat.Change{Op: chat.Edit, Seq: 3, Body: "edited 'é'; -- 🙂"}},
		{d, chat.Change{Op: chat.Edit, Seq: 6, Body: "edited", Mentions: &chat.Mentions{Users: []chat.UserID{ann.User, 7}}, SentAt: time.UnixMilli(3000)}},
		{d, chat.Change{Op: chat.React, Seq: 3, Emoji: "👩‍❤️‍👨"}},
		{d, chat.Change{Op: chat.React, Seq: 3, Emoji: "👍🏽"}},
		{d, chat.Change{Op: chat.Unreact, Seq: 3, Emoji: "👍🏽"}},
		{d, chat.Change{Op: chat.Pin, Seq: 4}},
		{d, chat.Change{Op: chat.Recall, Seq: 5}},
		{old, chat.Change{Op: chat.Recall, Seq: 1}},
	} {
		if a := bob.Change(x.in, x.do); a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	level, pinned, hidden, draft := chat.LevelMentions, true, int64(3), "a draft 'é' 🙂"
	_, _, err = s.SaveSettings(ctx, 1, d.Conv, chat.SettingsChange{Level: &level, Pinned: &pinned, HiddenSeq: &hidden, Draft: &draft})
	ok(err)
	_, err = s.AskFriend(ctx, bob.User, last.User, 10, 10)
	ok(err)
	display, hides := "Ann 'é' 🙂", true
	_, err = s.SaveProfile(ctx, ann.User, chat.ProfileChange{Display: &display, About: &draft, HideReceipts: &hides, HideSeen: &hides})
	ok(err)
	_, _, err = s.PlanDeletion(ctx, left.User, time.Hour)
	ok(err)
	invite, admins := chat.JoinByInvite, chat.PostAdmins
	if _, err := s.UpdateGroup(ctx, ann.User, g.ID, chat.GroupUpdate{Joining: &invite, Posting: &admins}); err != nil {
		t.Fatal(err)
	}
	return h.Conv
}

// dump reads all tables of a file as they are, without anything of this package.
func dump(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := make(map[string][]string)
	for _, table := range []string{"users", "devices", "known_addresses", "friendships", "blocks", "conversations", "chat_groups", "members", "member_windows", "messages", "send_keys", "cursors", "changes", "registration_invites", "group_invites", "message_states", "reactions", "device_changes", "segment_recalls", "conversation_settings", "mentions", "friend_requests"} {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			line := ""
			for i, c := range columns {
				if c == "session_id" || c == "node_id" { // nobody is logged in after a move
					values[i] = int64(0)
				}
				line += fmt.Sprintf("%s=%#v ", c, values[i])
			}
			all[table] = append(all[table], line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[table])
		if len(all[table]) == 0 {
			t.Errorf("there is nothing in %s to be moved", table)
		}
	}
	return all
}

// moves moves, and wants both sides to be equal and something in every table.
func moves(t *testing.T, from, to string) {
	t.Helper()
	proofs, err := Move(t.Context(), from, to, Options{Lease: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if len(proofs) != len(movedTables) {
		t.Fatalf("%d tables were proven", len(proofs))
	}
	for _, p := range proofs {
		if !p.Equal() || p.From.Rows == 0 {
			t.Errorf("%s: %d rows %x and %d rows %x", p.Table, p.From.Rows, p.From.Sum, p.To.Rows, p.To.Sum)
		}
	}
}

// TestMoveThroughAllDatabases goes SQLite, MariaDB, PostgreSQL, MariaDB, SQLite and
// looks at what has come back. Each database is used on its way, for nothing but what
// shows that its counters were raised.
func TestMoveThroughAllDatabases(t *testing.T) {
	first := filepath.Join(t.TempDir(), "first.db")
	s := dbtest.Catch(open(t, first))
	group := furnish(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want := dump(t, first)
	way := []string{first, dbtest.Fresh(t, "mysql"), dbtest.Fresh(t, "postgres"), dbtest.Fresh(t, "mysql"), filepath.Join(t.TempDir(), "last.db")}
	for i := range way[1:] {
		moves(t, way[i], way[i+1])
	}
	got := dump(t, way[len(way)-1])
	for table := range want {
		if !slices.Equal(got[table], want[table]) {
			t.Errorf("%s has changed:\n%s\n---\n%s", table, strings.Join(got[table], "\n"), strings.Join(want[table], "\n"))
		}
	}
	for _, url := range way[1:] {
		s := dbtest.Catch(open(t, url))
		carriesOn(t, s, url, group)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// carriesOn wants new rows to have new numbers.
func carriesOn(t *testing.T, s chat.Store, url string, group chat.ConvID) {
	t.Helper()
	w := dbtest.NewWriter(t, s, "newcomer", 5000)
	if w.User != 8 {
		t.Errorf("%s: the eighth user has number %d", url, w.User)
	}
	if w.Device <= 8 {
		t.Errorf("%s: the number of a forgotten device was given again: %d", url, w.Device)
	}
	g, m, _, err := s.CreateGroup(t.Context(), w.User, "new", "", chat.JoinOpen, 0, time.Now())
	if err != nil || g.ID != 2 {
		t.Errorf("%s: the second group is %+v (%v)", url, g, err)
	}
	if a := w.Send(chat.Head{Conv: m.Conv.ID, Version: m.Version}, "hello"); a.Err != nil || a.Seq != 1 {
		t.Errorf("%s: %+v", url, a)
	}
	if n := len(dbtest.Dense(t, s, group)); n != 42 {
		t.Errorf("%s: the group has %d messages", url, n)
	}
}

// isMoving reports whether an error of opening a store says that a move into it is not finished.
func isMoving(err error) bool {
	return err != nil && strings.Contains(err.Error(), "a move into it is not finished")
}

// TestMoveGoesOn breaks a move off again and again, each time after one more piece.
func TestMoveGoesOn(t *testing.T) {
	from := filepath.Join(t.TempDir(), "from.db")
	s := dbtest.Catch(open(t, from))
	furnish(t, s)
	w := dbtest.NewWriter(t, s, "busy", 7000)
	_, m, _, err := s.CreateGroup(t.Context(), w.User, "busy", "", chat.JoinOpen, 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3500 {
		if a := w.Send(chat.Head{Conv: m.Conv.ID, Version: m.Version}, fmt.Sprint(i)); a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for kind, to := range map[string]string{
		"sqlite": filepath.Join(t.TempDir(), "to.db"), "mysql": dbtest.Fresh(t, "mysql"), "postgres": dbtest.Fresh(t, "postgres"),
	} {
		t.Run(kind, func(t *testing.T) {
			tries, most := 0, int64(0)
			for ; ; tries++ {
				ctx, cancel := context.WithCancel(t.Context())
				_, err := Move(ctx, from, to, Options{Progress: func(p Progress) {
					if p.Step == "copying" && p.Rows > most {
						most = p.Rows
						cancel()
					}
				}})
				cancel()
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				if s, err := store.Open(t.Context(), store.Options{URL: to}); !isMoving(err) {
					t.Fatalf("a server starts on half a database: %v, %v", s, err)
				}
			}
			if tries < 5 {
				t.Errorf("it was broken off %d times", tries)
			}
			if _, err := Move(t.Context(), from, to, Options{}); err == nil || !strings.Contains(err.Error(), "holds all of it already") {
				t.Errorf("moving again: %v", err)
			}
			opened := open(t, to)
			defer opened.Close()
			if n := len(dbtest.Dense(t, opened, m.Conv.ID)); n != 3500 {
				t.Errorf("%d messages came over", n)
			}
		})
	}
}

// TestMoveRefuses: a server on either side, another database's beginning, a target with
// something in it.
func TestMoveRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "from.db")
	s := dbtest.Catch(open(t, path))
	dbtest.NewWriter(t, s, "somebody", 1)
	empty := filepath.Join(t.TempDir(), "empty.db")
	refused := func(from, to, why string) {
		t.Helper()
		_, err := Move(t.Context(), from, to, Options{Lease: time.Second})
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("the error is %v, and should say %q", err, why)
		}
	}
	refused(path, empty, "another program has it open")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused(filepath.Join(t.TempDir(), "none.db"), empty, "no such file")
	refused(path, "mysql://nowhere", "names no user")

	used := filepath.Join(t.TempDir(), "used.db")
	other := dbtest.Catch(open(t, used))
	dbtest.NewWriter(t, other, "somebody else", 1)
	refused(path, used, "another program has it open")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	refused(path, used, "is not empty: there are rows in users")
	refused(path, path, "another program has it open")
	for _, kind := range []string{"mysql", "postgres"} {
		url := dbtest.Fresh(t, kind)
		s := open(t, url)
		node, err := s.AddNode(t.Context(), "upper", chat.LevelNow)
		if err != nil {
			t.Fatal(err)
		}
		beating, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for beating.Err() == nil {
				_, _ = s.RenewNode(context.Background(), node)
			}
		}()
		refused(path, url, `the node "upper" is running on the target`)
		refused(url, empty, `the node "upper" is running on the source`)
		stop()
		<-done
		// It stands still from now on: it is dead, and finds out when it wakes.
		moves := func(from, to string) error {
			_, err := Move(t.Context(), from, to, Options{Lease: time.Second})
			return err
		}
		if err := moves(path, url); err != nil {
			t.Error(err)
		}
		if ok, err := s.RenewNode(t.Context(), node); err != nil || ok {
			t.Errorf("a node that was buried renews its lease: %v %v", ok, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestNobodyJoinsDuringAMove: a node that starts on the source waits, and fails, while
// it is copied.
func TestNobodyJoinsDuringAMove(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			from := dbtest.Fresh(t, kind)
			s := dbtest.Catch(open(t, from))
			defer s.Close()
			dbtest.NewWriter(t, s, "somebody", 1)
			var once bool
			_, err := Move(t.Context(), from, filepath.Join(t.TempDir(), "to.db"), Options{Progress: func(Progress) {
				if !once {
					once = true
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					defer cancel()
					if id, err := s.AddNode(ctx, "late", chat.LevelNow); err == nil {
						t.Errorf("node %d has joined during the move", id)
					}
				}
			}})
			if err != nil || !once {
				t.Error(err, once)
			}
		})
	}
}

// TestMoveKnowsEveryColumn: what is added to the schema must be moved too.
func TestMoveKnowsEveryColumn(t *testing.T) {
	// What is not moved: sessions, for nobody is logged in afterwards, and what a server makes anew.
	left := map[string][]string{"devices": {"session_id", "node_id"}}
	notMoved := []string{"archiver", "installation", "name_skeletons", "nodes", "probes", "schema_versions"}
	db, err := sql.Open("sqlite", dbtest.EmptyFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range dbtest.Column(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name") {
		i := slices.IndexFunc(movedTables, func(m movedTable) bool { return m.name == table })
		switch known := slices.Contains(notMoved, table); {
		case known && i >= 0:
			t.Errorf("%s is moved", table)
			continue
		case i < 0 && !known:
			t.Errorf("%s is not moved", table)
			continue
		case known:
			continue
		}
		m := movedTables[i]
		want := slices.DeleteFunc(dbtest.Column(t, db, "SELECT name FROM pragma_table_info(?)", table), func(c string) bool { return slices.Contains(left[table], c) })
		list := func(text, before, after string) []string {
			_, rest, _ := strings.Cut(text, before)
			columns, _, _ := strings.Cut(rest, after)
			return strings.Split(strings.Join(strings.Fields(columns), " "), ", ")
		}
		read, written := list(m.rows.String(), "SELECT ", "FROM"), list(m.put.String(), "(", ")")
		if !slices.Equal(read, written) || len(m.columns) != len(want) {
			t.Errorf("%s has %q; read are %q, written %q, kinds %q", table, want, read, written, m.columns)
		}
		slices.Sort(read) // the key's columns come first, wherever they stand in the table
		slices.Sort(want)
		if !slices.Equal(read, want) {
			t.Errorf("%s has %q; moved are %q", table, want, read)
		}
	}
}

// TestMoveFindsADifference: a proof that nothing can fail proves nothing.
func TestMoveFindsADifference(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "to.db")
	s := dbtest.Catch(open(t, from))
	furnish(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Move(ctx, from, to, Options{Progress: func(p Progress) {
		if p.Table == "conversations" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE users SET name = 'Ann' WHERE name = 'ann'"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	proofs, err := Move(t.Context(), from, to, Options{})
	if !errors.Is(err, ErrDiffers) {
		t.Fatalf("the difference was not found: %v", err)
	}
	for _, p := range proofs {
		if p.Equal() == (p.Table == "users") {
			t.Errorf("%s: equal is %v", p.Table, p.Equal())
		}
	}
	if _, err := store.Open(t.Context(), store.Options{URL: to}); !isMoving(err) {
		t.Errorf("a server starts on it: %v", err)
	}
}
