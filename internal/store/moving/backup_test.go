package moving

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/chat"
	"parley/internal/store/dbtest"
)

// backedUp makes a database with something of everything and a copy of it.
func backedUp(t *testing.T) (path, copied string, group chat.ConvID) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "parley.db")
	s := dbtest.Catch(open(t, path))
	group = furnish(t, s)
	copied = filepath.Join(t.TempDir(), "copy.db")
	if _, err := Backup(t.Context(), path, copied, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, copied, group
}

// TestBackupWhileMessagesAreStored: the copy has everything that was acked before it
// began, all of it in one order, and those who store do not wait for it.
func TestBackupWhileMessagesAreStored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "parley.db")
	s := dbtest.Catch(open(t, path))
	defer s.Close()
	w := dbtest.NewWriter(t, s, "w", 1)
	_, m, _, err := s.CreateGroup(t.Context(), w.User, "g", "", chat.JoinOpen, 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h := chat.Head{Conv: m.Conv.ID, Version: m.Version}
	long := strings.Repeat("x", 3000)
	for range 500 {
		w.Send(h, long)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	before, during := w.Number, 0
	c, err := Backup(t.Context(), path, copied, func(done, of int64) {
		// It is being made: this is between two of its pieces.
		if a := w.Send(h, long); a.Err != nil {
			t.Error(a.Err)
		}
		during++
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Messages != before || c.Users != 1 || during < 2 {
		t.Errorf("%+v, with %d messages before and %d during it", c, before, during)
	}
	again := open(t, copied)
	defer again.Close()
	if n := len(dbtest.Dense(t, again, h.Conv)); n != int(before) {
		t.Errorf("the copy has %d messages, want %d", n, before)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v: a copy is its owner's alone", info.Mode(), err)
	}
}

func TestRestore(t *testing.T) {
	path, copied, group := backedUp(t)
	want := dump(t, copied)
	name := func(path string) string {
		s := open(t, path)
		defer s.Close()
		id := s.LogID()
		if len(id) != 32 {
			t.Fatalf("the log's name is %q", id)
		}
		return id
	}
	log := name(path)
	s := dbtest.Catch(open(t, path))
	late := dbtest.NewWriter(t, s, "late", 5000)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c, kept, err := Restore(t.Context(), copied, path, time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Users != 7 || late.User != 8 {
		t.Errorf("%+v", c)
	}
	got := dump(t, path)
	for table := range want {
		if !slices.Equal(got[table], want[table]) {
			t.Errorf("%s is not as it was", table)
		}
	}
	if name(path) == log {
		t.Error("the restored log has the name of the one that went on")
	}
	s = dbtest.Catch(open(t, path))
	if n := len(dbtest.Dense(t, s, group)); n != 42 {
		t.Errorf("the group has %d messages", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// What was there is not lost.
	s = open(t, kept)
	defer s.Close()
	if a, err := s.Account(t.Context(), late.User); err != nil || a.Name != "late" {
		t.Errorf("%+v %v", a, err)
	}
	// Into a folder with nothing in it.
	empty := filepath.Join(t.TempDir(), "parley.db")
	if _, kept, err := Restore(t.Context(), copied, empty, time.Now(), nil); err != nil || kept != "" {
		t.Error(kept, err)
	}
}

// TestBackupOfAnOlderSchema: a server of the version before may be running; its copy is
// brought up to date when it is put in place.
func TestBackupOfAnOlderSchema(t *testing.T) {
	path, _, group := backedUp(t)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"DELETE FROM messages WHERE conversation_id = (SELECT conversation_id FROM segment_ranges)",
		"DELETE FROM conversations WHERE id = (SELECT conversation_id FROM segment_ranges)",
		"DROP VIEW OfflineMessage", "DROP TABLE member_windows", "DROP TABLE name_skeletons", "DROP TABLE known_addresses", "DROP TABLE registration_invites", "DROP TABLE group_invites", "DROP INDEX members_by_role", "ALTER TABLE members DROP COLUMN joined_no", "ALTER TABLE members DROP COLUMN kept_out",
		"ALTER TABLE devices DROP COLUMN label", "ALTER TABLE devices DROP COLUMN address", "ALTER TABLE friendships DROP COLUMN own", "ALTER TABLE users DROP COLUMN devices_day", "ALTER TABLE users DROP COLUMN devices_made",
		"ALTER TABLE conversations DROP COLUMN spoke", "ALTER TABLE users DROP COLUMN strangers_day", "ALTER TABLE users DROP COLUMN strangers_sent", "ALTER TABLE users DROP COLUMN strangers_met",
		"DROP TABLE message_states", "DROP TABLE mentions", "ALTER TABLE messages DROP COLUMN extra", "DROP TABLE reactions", "DROP TABLE device_changes", "DROP TABLE segment_recalls", "ALTER TABLE conversations DROP COLUMN last_rev", "ALTER TABLE conversations DROP COLUMN last_at", "DROP TABLE conversation_settings", "DROP INDEX cursors_by_conversation",
		"ALTER TABLE chat_groups DROP COLUMN posting", "ALTER TABLE chat_groups DROP COLUMN joining", "ALTER TABLE nodes DROP COLUMN level", "DROP TABLE friend_requests", "DROP INDEX users_by_erasure", "ALTER TABLE users DROP COLUMN erase_at", "ALTER TABLE users DROP COLUMN display", "ALTER TABLE users DROP COLUMN about", "ALTER TABLE users DROP COLUMN hide_receipts", "ALTER TABLE users DROP COLUMN hide_seen", "DROP TABLE send_keys", "DROP TABLE installation", "DROP TABLE segments", "DROP TABLE segment_ranges", "DROP TABLE archiver", "DROP TABLE segment_leftovers", "DELETE FROM schema_versions WHERE version_id >= 7",
	} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	copied, there := filepath.Join(t.TempDir(), "copy.db"), filepath.Join(t.TempDir(), "parley.db")
	if c, err := Backup(t.Context(), path, copied, nil); err != nil || c.Schema != 6 {
		t.Fatal(c, err)
	}
	if _, _, err := Restore(t.Context(), copied, there, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	s2 := open(t, there)
	defer s2.Close()
	if n := len(dbtest.Dense(t, s2, group)); n != 42 {
		t.Errorf("the group has %d messages", n)
	}
}

// TestACopyIsCheckedBeforeItIsTrusted breaks copies in every way there is a check for.
func TestACopyIsCheckedBeforeItIsTrusted(t *testing.T) {
	path, copied, _ := backedUp(t)
	whole, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	before := dump(t, path)
	broken := func(name string) string {
		to := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(to, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		return to
	}
	refused := func(file, why string) {
		t.Helper()
		_, err := Check(t.Context(), file)
		_, _, err2 := Restore(t.Context(), file, path, time.Now(), nil)
		if err == nil || err2 == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v; should be refused with %q (%v)", err, why, err2)
		}
	}
	for text, why := range map[string]string{
		"DELETE FROM messages WHERE seq = 7":                              "lack messages",
		"UPDATE conversations SET last_seq = last_seq + 1 WHERE kind = 2": "lack messages",
		"UPDATE messages SET seq = 1000 WHERE seq = 42":                   "lack messages",
		"DELETE FROM conversations WHERE kind = 1 AND NOT EXISTS (SELECT 1 FROM segment_ranges r WHERE r.conversation_id = conversations.id)": "belong to no conversation",
		"UPDATE segment_ranges SET first_seq = 2":                               "have holes where messages were moved",
		"DELETE FROM segment_ranges":                                            "lack messages",
		"DELETE FROM users WHERE name = 'ann'":                                  "members are no users",
		"UPDATE chat_groups SET member_count = 99":                              "another number of members",
		"UPDATE chat_groups SET conversation_id = 999":                          "groups have no conversation",
		"DELETE FROM friendships WHERE user_id = 1":                             "other half",
		"INSERT INTO devices (user_id, name, used_at) VALUES (99, 'nobody', 0)": "devices belong to no user",
		"UPDATE conversations SET last_rev = 0":                                 "goes beyond what was done",
		"DELETE FROM message_states":                                            "reactions belong to no message",
		"INSERT INTO schema_versions (version_id, is_applied) VALUES (999, 1)":  "this program knows versions up to",
		"DROP TABLE schema_versions":                                            "no database of parley's",
	} {
		file := broken("changed.db")
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(text); err != nil {
			t.Fatal(text, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		refused(file, why)
	}
	torn := broken("torn.db")
	if err := os.Truncate(torn, int64(len(whole)/2)); err != nil {
		t.Fatal(err)
	}
	refused(torn, "")
	text := broken("text.db")
	if err := os.WriteFile(text, []byte("this is no database, and long enough to look like one"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(text, "not a database")
	withLog := broken("under.db")
	if err := os.WriteFile(withLog+"-wal", []byte("something"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(withLog, "parley backup makes copies that are whole")
	refused(filepath.Join(t.TempDir(), "none.db"), "no such file")
	for table, rows := range dump(t, path) {
		if !slices.Equal(rows, before[table]) {
			t.Errorf("%s was changed by a restore that was refused", table)
		}
	}
	if left, err := filepath.Glob(path + "?*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q %v", left, err)
	}
}

// TestFlippedBytesAreFound flips bytes all over a copy. With its sum beside it each is
// found; without, only what breaks the structure.
func TestFlippedBytesAreFound(t *testing.T) {
	_, copied, _ := backedUp(t)
	whole, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(copied + sumTail)
	if err != nil {
		t.Fatal(err)
	}
	found, tried := 0, 0
	for at := 20; at < len(whole); at += len(whole)/97 + 1 {
		file := filepath.Join(t.TempDir(), "flipped.db")
		b := slices.Clone(whole)
		b[at] ^= 0xff
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		tried++
		if _, err := Check(t.Context(), file); err != nil {
			found++
		}
		if err := os.WriteFile(file+sumTail, sum, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(t.Context(), file); err == nil || !strings.Contains(err.Error(), "its SHA-256 is") {
			t.Errorf("a flipped byte at %d: %v", at, err)
		}
	}
	t.Logf("without the sum %d of %d flipped bytes were found", found, tried)
}

// TestNoRoomForABackup: an error that says so, and nothing left behind.
func TestNoRoomForABackup(t *testing.T) {
	path, copied, _ := backedUp(t)
	small := t.TempDir()
	if err := dbtest.MountSmall(small); err != nil {
		t.Logf("no small file system (%v): not tried", err)
		return
	}
	defer func() { _ = dbtest.Unmount(small) }()
	if err := os.WriteFile(filepath.Join(small, "ballast"), make([]byte, 8<<20-64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(small, "copy.db")
	if _, err := Backup(t.Context(), path, to, nil); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("the error is %v", err)
	}
	if _, _, err := Restore(t.Context(), copied, to, time.Now(), nil); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("the error is %v", err)
	}
	names, err := filepath.Glob(filepath.Join(small, "*"))
	if err != nil || len(names) != 1 {
		t.Errorf("left behind: %q", names)
	}
}

func TestBackupIsBrokenOff(t *testing.T) {
	path, _, _ := backedUp(t)
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(to, []byte("an older one"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Backup(ctx, path, to, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if b, err := os.ReadFile(to); err != nil || string(b) != "an older one" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := os.Stat(to + ".part"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left behind")
	}
	if _, err := Backup(t.Context(), filepath.Join(t.TempDir(), "none"), to, nil); err == nil {
		t.Error("nothing was backed up")
	}
}
