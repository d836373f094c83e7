// Package history is a client.Store in a SQLite file: the outbox, what was displayed
// and how far, and, in a file beside it, the login's token.
//
//	store, err := history.Open(history.Path(dir, server, name, device), history.Options{})
//	defer store.Close()
//	c, err := client.New(client.Options{Store: store, …})
//	defer c.Close()
//
// Each account on each server, and each device of it, has a file of its own; a program
// holds it alone for as long as it is open. Files are for their owner's eyes only, and
// are not encrypted. What a method has done survives the death of the program and of
// the machine.
package history

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/client"
	"parley/internal/platform"
)

// Options say what is kept. The zero value keeps everything.
type Options struct {
	// NoMessages keeps no texts but those of the outbox, only how far conversations were
	// displayed.
	NoMessages bool
	// NoToken keeps no token: every run of the program needs the password.
	NoToken bool
	// PerConversation is how many messages of each conversation stay when the file is
	// opened; older ones are on the server. Default 100,000.
	PerConversation int
}

const defaultPerConversation = 100_000

// Store is a client.Store. Its methods may be called from any goroutine.
type Store struct {
	db   *sql.DB
	path string
	o    Options
}

var _ client.Store = (*Store)(nil)

// ErrInUse: another program has the file open.
var ErrInUse = errors.New("another program has it open")

// Path is the usual place of the file below dir for one device of an account: a name
// that can be read unless it were too long for a file system, and no two devices have
// the same.
func Path(dir, server, name, device string) string {
	parts := []string{server, name, device}
	for i, p := range parts {
		// What cannot stand in a file name, and the separator, are written in hex.
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(p), ".", "%2E"), "_", "%5F")
	}
	file := strings.Join(parts, "_")
	const longest = 200 // bytes; file systems take 255, and SQLite adds its own endings
	if len(file) > longest {
		file = fmt.Sprintf("%x", sha256.Sum256([]byte(file)))
	}
	return filepath.Join(dir, file+".sqlite")
}

// schema is version 1.
const schema = `
CREATE TABLE meta (
	key TEXT PRIMARY KEY,
	number INTEGER NOT NULL,
	text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	peer INTEGER NOT NULL,
	gid INTEGER NOT NULL,
	body TEXT NOT NULL,
	send_seq INTEGER NOT NULL
);
CREATE TABLE conversations (
	peer INTEGER NOT NULL,
	gid INTEGER NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	position INTEGER NOT NULL DEFAULT 0,
	first INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (peer, gid)
) WITHOUT ROWID;
CREATE TABLE messages (
	peer INTEGER NOT NULL,
	gid INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	sender INTEGER NOT NULL,
	name TEXT NOT NULL,
	body TEXT NOT NULL,
	at INTEGER NOT NULL,
	mine INTEGER NOT NULL,
	device TEXT NOT NULL,
	send_seq INTEGER NOT NULL,
	PRIMARY KEY (peer, gid, seq)
) WITHOUT ROWID;
CREATE INDEX messages_at ON messages (at);
PRAGMA user_version = 1`

// changes is version 2. A conversation whose rev is NULL has nothing that could be out of date.
const changes = `
ALTER TABLE outbox ADD COLUMN op TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN emoji TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN rev INTEGER;
CREATE TABLE states (
	peer INTEGER NOT NULL,
	gid INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	edited INTEGER,
	body TEXT NOT NULL,
	recalled_by INTEGER,
	reactions TEXT NOT NULL,
	mine TEXT NOT NULL,
	pinned INTEGER NOT NULL,
	PRIMARY KEY (peer, gid, seq)
) WITHOUT ROWID;
INSERT INTO conversations (peer, gid, rev) SELECT DISTINCT peer, gid, 0 FROM messages WHERE true
	ON CONFLICT (peer, gid) DO UPDATE SET rev = 0;
PRAGMA user_version = 2`

// extras is version 3: what messages have beside their texts, as JSON, "" for nothing; of states
// NULL where no edit has set the mentions.
const extras = `
ALTER TABLE outbox ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE states ADD COLUMN mentions TEXT;
PRAGMA user_version = 3`

const version = 3

// Open opens the file, and makes it and its folder if need be. The error is ErrInUse
// while another program, or another Store, has it open.
func Open(path string, o Options) (*Store, error) {
	if o.PerConversation <= 0 {
		o.PerConversation = defaultPerConversation
	}
	s, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("the local state in %s cannot be used: %w", path, explain(err))
	}
	return s, nil
}

func open(path string, o Options) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := platform.MakeOwnFolder(filepath.Dir(abs)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600) // SQLite's log gets the same rights
	if err != nil {
		return nil, err
	}
	f.Close()
	if err := platform.SyncFolder(filepath.Dir(abs)); err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(500)", "locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(FULL)", "fullfsync(1)",
		"secure_delete(1)", // what was recalled is not to be found in the file
	}}
	db, err := sql.Open("sqlite", platform.FileURI(abs, q))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // the lock on the file is the connection's
	s := &Store{db: db, path: abs, o: o}
	if err := s.prepare(); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// prepare takes the file's lock, makes the tables, and lets go of what is too old.
func (s *Store) prepare() error {
	return s.write(func(tx *sql.Tx) error {
		var is int
		if err := tx.QueryRow("PRAGMA user_version").Scan(&is); err != nil {
			return err
		}
		if is > version {
			return fmt.Errorf("it was made by a newer version of the program (%d, this one knows %d); use that one, or move the file away", is, version)
		}
		for _, step := range []string{schema, changes, extras}[is:] {
			if _, err := tx.Exec(step); err != nil {
				return err
			}
		}
		for _, table := range []string{"states", "messages"} {
			_, err := tx.Exec(`DELETE FROM `+table+` AS m WHERE m.seq <= (
				SELECT MAX(n.seq) FROM messages AS n WHERE n.peer = m.peer AND n.gid = m.gid) - ?`, s.o.PerConversation)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// explain says what to do where SQLite's words do not.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrInUse
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("the file is damaged (%w); move it away to begin a new one: what the server has will come again, what was not sent yet is in that file", err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}

// write runs one transaction.
func (s *Store) write(do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Close lets the file go. The client must be closed before.
func (s *Store) Close() error { return s.db.Close() }

// Load returns what is kept.
func (s *Store) Load() (client.Saved, error) {
	var saved client.Saved
	err := s.load(&saved)
	if err == nil && !s.o.NoToken {
		saved.Token, err = readToken(s.tokenPath())
	}
	if err != nil {
		return client.Saved{}, fmt.Errorf("the local state in %s cannot be read: %w", s.path, explain(err))
	}
	return saved, nil
}

func (s *Store) load(saved *client.Saved) error {
	for _, row := range []struct {
		key    string
		number *int64
		text   *string
	}{
		{"self", &saved.Self.ID, &saved.Self.Name},
		{"send_next", &saved.SendNext, new(string)},
		{"log", new(int64), &saved.Log},
	} {
		err := s.db.QueryRow("SELECT number, text FROM meta WHERE key = ?", row.key).Scan(row.number, row.text)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	err := s.each(func(rows *sql.Rows) error {
		var q client.Queued
		var ch client.Change
		var extra string
		err := rows.Scan(&q.ID, &q.To.With, &q.To.GID, &q.Text, &q.SendSeq, &ch.Op, &ch.Seq, &ch.Emoji, &extra)
		switch {
		case err != nil:
		case ch.Op == "":
			q.Extra, err = unpackExtra(extra)
		default:
			ch.Text, q.Text, q.Change = q.Text, "", &ch
			if extra != "" {
				ch.Mentions = &client.Mentions{}
				err = json.Unmarshal([]byte(extra), ch.Mentions)
			}
		}
		saved.Outbox = append(saved.Outbox, q)
		return err
	}, "SELECT id, peer, gid, body, send_seq, op, seq, emoji, extra FROM outbox ORDER BY id")
	if err != nil {
		return err
	}
	if saved.Positions, err = s.positions("SELECT peer, gid, position FROM conversations WHERE position > 0"); err != nil {
		return err
	}
	saved.Revs, err = s.positions("SELECT peer, gid, rev FROM conversations WHERE rev IS NOT NULL")
	return err
}

func (s *Store) positions(query string) (all []client.Position, err error) {
	err = s.each(func(rows *sql.Rows) error {
		var p client.Position
		err := rows.Scan(&p.Conversation.With, &p.Conversation.GID, &p.Seq)
		all = append(all, p)
		return err
	}, query)
	return all, err
}

// each calls scan for every row of a query.
func (s *Store) each(scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := s.db.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Names returns the users and groups met so far.
func (s *Store) Names() ([]client.Named, error) {
	var names []client.Named
	err := s.each(func(rows *sql.Rows) error {
		var n client.Named
		err := rows.Scan(&n.Conversation.With, &n.Conversation.GID, &n.Name)
		names = append(names, n)
		return err
	}, "SELECT peer, gid, name FROM conversations WHERE name <> '' ORDER BY peer, gid")
	return names, err
}
