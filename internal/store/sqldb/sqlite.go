package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"parley/internal/platform"
)

// PageSize is the size of a page in bytes, SQLite's default.
const PageSize = 4096

// SQLiteFile is SQLite in the file at path.
func SQLiteFile(path string) (*Dialect, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// fdatasync is as safe as fsync for a log and often half the wait. Where it does
	// not exist, fsync stays.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, err
	}
	d := &Dialect{
		Name:  SQLite,
		goose: database.DialectSQLite3,
		hooks: map[string]string{
			"for update":   "", // there is one writer
			"for share":    "",
			"ids":          "(SELECT value FROM json_each(?))",
			"or greater":   "ON CONFLICT (%3) DO UPDATE SET %2 = excluded.%2 WHERE excluded.%2 > %1.%2",
			"or nothing":   "ON CONFLICT DO NOTHING",
			"now":          "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
			"integer":      "INTEGER",
			"returning id": "",
		},
		placeholder: func(int) string { return "?" },
		Exists:      func() error { _, err := os.Stat(abs); return err },
		Connect: func(ctx context.Context, _ string, p Purpose) (driver.Conn, error) {
			if err := refuseLink(abs); err != nil && p != ForChecking {
				return nil, err
			}
			if p == ForMigration {
				if err := createPrivate(abs); err != nil {
					return nil, err
				}
			}
			c, err := sqlite.NewConnector(sqliteDSN(abs, p))
			if err != nil {
				return nil, err
			}
			return c.Connect(ctx)
		},
		Classify: classifySQLite,
		pages:    sqlitePages,
	}
	return d.withTexts(), nil
}

// refuseLink returns an error if path is a symbolic link. SQLite keeps its log beside the
// file that a link leads to, so that one database under two names is two half ones; and
// whoever can make a link in the server's folder could have it write where they choose.
// The log and its index are opened by SQLite itself, which follows no links to them.
func refuseLink(path string) error {
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 {
		return fmt.Errorf("the database %s is a symbolic link; name the file that it leads to, as --db sqlite://FILE", path)
	}
	return nil // whoever opens it finds out what else is wrong
}

// createPrivate makes the file if there is none, for its owner's eyes alone; SQLite
// gives its log the same rights. Nothing else makes it: a server whose file was taken
// away must not go on with an empty one.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDSN is the address of the file with the settings for a purpose.
func sqliteDSN(path string, p Purpose) string {
	q := url.Values{}
	pragma := func(s string) { q.Add("_pragma", s) }
	q.Set("mode", "rw") // never rwc: see createPrivate
	pragma("busy_timeout(1000)")
	pragma("temp_store(MEMORY)")
	pragma("fullfsync(1)") // macOS: a plain fsync leaves data in the drive's cache; no meaning elsewhere
	pragma("checkpoint_fullfsync(1)")
	if p != ForMoving {
		pragma("wal_autocheckpoint(0)")
	}
	switch p {
	case ForMoving:
		pragma("locking_mode(EXCLUSIVE)") // refused while another program has the file open, and refuses it afterwards
		pragma("synchronous(FULL)")
	case ForChecking:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	case ForMigration:
		pragma("auto_vacuum(INCREMENTAL)") // of a new file, before anything is in it: what is archived is given back
		pragma("journal_mode(WAL)")
		pragma("synchronous(FULL)")
	case ForWriting:
		pragma("synchronous(FULL)")
		pragma("cache_size(-16384)") // KiB
		// What is deleted is overwritten: a recalled or erased text is in no copy that is made
		// later. Messages delete nothing on their way.
		pragma("secure_delete(ON)")
	case ForReading:
		pragma("query_only(1)")
	case ForCheckpoint:
		pragma("synchronous(FULL)")
	}
	return platform.FileURI(path, q)
}

// Pages is how many pages the connection wrote to the log since it was asked last; 0 where
// the database folds its log in by itself.
func (l *Link) Pages() int {
	if l.Dialect.pages == nil {
		return 0
	}
	return l.Dialect.pages(l.conn)
}

// NewBackup begins a copy of an SQLite database to the file of a URI.
func (l *Link) NewBackup(to string) (*sqlite.Backup, error) {
	c, ok := l.conn.(interface {
		NewBackup(to string) (*sqlite.Backup, error)
	})
	if !ok {
		return nil, errors.New("the driver makes no backups")
	}
	return c.NewBackup(to)
}

// sqlitePages tells how many pages went to the log since the last call.
func sqlitePages(c driver.Conn) int {
	s, ok := c.(sqlite.DBStatus)
	if !ok {
		return 0
	}
	n, _, err := s.Status(sqlite.DBStatusCacheWrite, true)
	if err != nil {
		return 0
	}
	return n
}

func classifySQLite(err error) Failure {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return FailedOtherwise
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return FailedDuplicate
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return FailedOrder
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH:
		return FailedRow
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return FailedFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return FailedBusy
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return FailedIO
	}
	return FailedOtherwise
}

// LogSize is the length of the write-ahead log in bytes.
func LogSize(path string) int64 {
	st, err := os.Stat(path + "-wal")
	if err != nil {
		return 0
	}
	return st.Size()
}
