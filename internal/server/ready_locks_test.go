package server

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/engines"
)

// Somebody locks every conversation of a real database: the database answers all questions,
// nothing is stored, and /readyz says so until the lock ends.
func TestReadyzWhileEveryConversationIsLocked(t *testing.T) {
	if testing.Short() {
		t.Skip("a database server is not for a quick run")
	}
	db, err := engines.StartPostgres(context.Background(), engines.Options{Dir: filepath.Join(t.TempDir(), "db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Stop)
	c := testConfig(t.TempDir())
	if c.DB, err = db.Create(t.Context(), "parley"); err != nil {
		t.Fatal(err)
	}
	s, _, log := startServer(t, c)
	alice := dial(t, s)
	dial(t, s).join("bob")
	alice.join("alice")
	send := func() string { return alice.ask(`{"msgid":4,"to":1,"msg":"hello"}`) }
	if got := send(); !strings.Contains(got, `"erron":0`) {
		t.Fatal(got)
	}
	admin, err := sql.Open("pgx", c.DB)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	tx, err := admin.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(t.Context(), "SELECT id FROM conversations FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	becomes := func(status int, text string) {
		t.Helper()
		for {
			got, body := getAdmin(t, s, "/readyz")
			if got == status && strings.Contains(body, text) {
				return
			}
			if t.Context().Err() != nil {
				t.Fatalf("/readyz never said %d and %q; log:\n%s", status, text, log)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	answer := make(chan string, 1)
	go func() { answer <- send() }()
	becomes(http.StatusOK, "degraded: database: the oldest message that is not stored yet waits for")
	becomes(http.StatusServiceUnavailable, "database: no message was stored for")
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	// Whether this one was stored or told to come again, the next one is stored.
	<-answer
	for !strings.Contains(send(), `"erron":0`) {
		time.Sleep(10 * time.Millisecond)
	}
	becomes(http.StatusOK, "ready\n")
}
