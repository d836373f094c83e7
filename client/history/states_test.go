package history

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"parley/client"
)

// A file of the version before is taken over: what was kept is there, and is out of date until the
// server has said what was done since.
func TestAFileOfTheVersionBeforeIsTakenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sqlite")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(schema + `;
		INSERT INTO outbox (peer, gid, body, send_seq) VALUES (2, 0, 'waiting', 0);
		INSERT INTO conversations (peer, gid, position) VALUES (2, 0, 5), (3, 0, 1);
		INSERT INTO messages VALUES (2, 0, 5, 2, 'bob', 'hello', 0, 0, '', 0), (0, 7, 1, 2, 'bob', 'hi', 0, 0, '', 0)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s := opened(t, path, Options{})
	saved, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(saved.Outbox) != 1 || saved.Outbox[0].Text != "waiting" || saved.Outbox[0].Change != nil || len(saved.Positions) != 2 {
		t.Errorf("%+v", saved)
	}
	same(t, "revs", saved.Revs, []client.Position{{Conversation: client.Group(7)}, {Conversation: client.Direct(2)}})
	messages, _, err := s.Messages(client.Direct(2), 0, 10)
	if err != nil || len(messages) != 1 || messages[0].Text != "hello" || messages[0].State.Rev != 0 {
		t.Fatal(messages, err)
	}
}

// What was recalled is nowhere in the files any more, in whatever order message and recall came.
func TestARecalledTextIsRemovedFromTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.sqlite")
	s := opened(t, path, Options{})
	first, second := said(client.Direct(2), 1), said(client.Direct(2), 2)
	first.Text, second.Text = "the secret one", "the secret two"
	for _, b := range []client.Batch{
		{Shown: []*client.Message{first}},
		{States: []client.Changed{done(client.Direct(2), 1, 25), done(client.Direct(2), 2, 26)}},
		{Shown: []*client.Message{second}},
	} {
		if err := s.Save(b); err != nil {
			t.Fatal(err)
		}
	}
	messages, _, err := s.Messages(client.Direct(2), 0, 10)
	if err != nil || len(messages) != 2 || messages[0].Text+messages[1].Text != "" || !messages[0].State.Recalled || !messages[1].State.Recalled {
		t.Fatal(messages, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if b, err := os.ReadFile(f); err != nil || bytes.Contains(b, []byte("secret")) {
			t.Errorf("%s still has a text that was recalled (%v)", f, err)
		}
	}
}
