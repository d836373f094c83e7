package store

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"parley/internal/chat"
	"parley/wire"
)

// TestOldNamesGetSkeletons: a database from before there were any is brought up to date at the
// next start, also where names collide already and where an earlier run was cut off.
func TestOldNamesGetSkeletons(t *testing.T) {
	s := openTest(t, Options{})
	path := s.path()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	old := []string{"Scope", "ѕсоре", "leo", "le0", "王小明"}
	for i := range skeletonsAtOnce + 10 {
		old = append(old, fmt.Sprint("user ", i))
	}
	old = append(old, "Ελένη")
	for _, name := range old {
		if _, err := db.Exec("INSERT INTO users (name, name_key, password_hash, created_at) VALUES (?, ?, '', 0)", name, chat.NameKey(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec("INSERT INTO name_skeletons (skeleton, user_id) VALUES (?, 5)", chat.NameSkeletons("王小明")[0][:]); err != nil {
		t.Fatal(err)
	}
	db.Close()

	for range 2 {
		s, err = Open(t.Context(), Options{URL: path})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]chat.UserID{"SCOPE": 1, "lео": 3, "王小明": 5, "user 7": 13, "user 507": 513, "ελένη": chat.UserID(len(old))} {
			got, err := s.LookAlikes(t.Context(), name)
			if err != nil || !slices.ContainsFunc(got, func(u chat.User) bool { return u.ID == want }) {
				t.Errorf("%s looks like %v %v, want user %d", name, got, err, want)
			}
		}
		if _, err := s.CreateUser(t.Context(), "ЅСОРЕ", "y", ""); chat.AsError(err).Code != wire.NameTaken {
			t.Errorf("a name like an old one: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
