package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"parley/internal/platform"
)

// Contents is what a database file holds.
type Contents struct {
	Schema                         int64 // the version of its tables
	Users, Conversations, Messages int64
	Bytes                          int64
}

// backupPages are copied between two looks at the context; 1 MiB.
const backupPages = 256

// Backup copies the database file at from, which a server may be using, to a new file at
// to, as it is at one moment, and checks the copy. Writers are not held up; the log
// beside the file grows for as long as it takes. What is at to is replaced only by a
// copy that is whole and on disk. progress is told how many bytes are done, of how many.
// Beside the copy stands its SHA-256, in FILE.sha256. On an error nothing is left behind.
func Backup(ctx context.Context, from, to string, progress func(done, of int64)) (c Contents, err error) {
	d, err := sqliteDialect(from)
	if err != nil {
		return c, err
	}
	if err := d.exists(); err != nil {
		return c, fmt.Errorf("there is no database to back up: %w", err)
	}
	part, err := newPart(to)
	if err != nil {
		return c, err
	}
	defer os.Remove(part) // gone, if all went well
	if err := copyPages(ctx, d, part, progress); err != nil {
		return c, fmt.Errorf("copying %s to %s: %w", from, to, err)
	}
	if c, err = Check(ctx, part); err != nil {
		return c, fmt.Errorf("the copy of %s is not whole, and was thrown away: %w", from, err)
	}
	// A copy never stands there with the sum of another.
	if err := os.Remove(to + sumTail); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	if err := platform.Rename(part, to); err != nil {
		return c, err
	}
	return c, writeSum(ctx, to)
}

// newPart makes the file beside path that becomes it, for its owner's eyes alone. One
// that a crash left is taken.
func newPart(path string) (string, error) {
	part := path + ".part"
	f, err := platform.CreateOwn(part)
	if err != nil {
		return "", err
	}
	return part, f.Close()
}

// copyPages copies what a reader sees at one moment.
func copyPages(ctx context.Context, d *dialect, to string, progress func(done, of int64)) error {
	l, err := d.open(ctx, forReading)
	if err != nil {
		return err
	}
	defer l.close()
	// The moment stays, so that what others write does not make the copy begin anew.
	if _, err := l.exec(sqlBeginRead); err != nil {
		return err
	}
	if _, err := l.one(sqlPing); err != nil {
		return err
	}
	c, ok := l.conn.(interface {
		NewBackup(to string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.New("the driver makes no backups")
	}
	// A URL with a path that is not absolute would begin with a host.
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	// It is synced as a whole when it is finished, and thrown away otherwise.
	b, err := c.NewBackup(platform.FileURI(to, url.Values{"_pragma": {"synchronous(OFF)", "journal_mode(OFF)"}}))
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(backupPages)
		}
		if progress != nil && err == nil {
			progress(int64(b.PageCount()-b.Remaining())*sqlitePage, int64(b.PageCount())*sqlitePage)
		}
	}
	return errors.Join(err, b.Finish())
}

// sqlitePage is the size of a page in bytes, SQLite's default.
const sqlitePage = 4096

// Check reads all of a database file that nobody uses, without changing anything, and
// gives what it holds. The error says what is wrong with it: damage, a schema that this
// program does not know, messages that are missing, rows that belong to nothing.
func Check(ctx context.Context, path string) (c Contents, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return c, fmt.Errorf("%s has a log beside it (%s-wal): it is a server's own file, or was copied from under one; parley backup makes copies that are whole", path, path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	c.Bytes = info.Size()
	if err := checkSum(ctx, path); err != nil {
		return c, err
	}
	d, err := sqliteDialect(path)
	if err != nil {
		return c, err
	}
	l, err := d.open(ctx, forChecking)
	if err != nil {
		return c, err
	}
	defer l.close()
	err = l.check(ctx, &c)
	return c, err
}

func (l *link) check(ctx context.Context, c *Contents) error {
	r, err := l.one(sqlIntegrity)
	if err == nil && (r == nil || r.text(0) != "ok") {
		err = errors.New("it is damaged")
		if r != nil {
			err = fmt.Errorf("it is damaged: %s", r.text(0))
		}
	}
	if err != nil {
		return err
	}
	if r, err = l.one(sqlSchemaVersion); err != nil {
		return fmt.Errorf("it is no database of parley's: %w", err)
	}
	know, err := newestSchema(l.dialect)
	if err != nil {
		return err
	}
	switch c.Schema = r.num(0); {
	case c.Schema > know:
		return fmt.Errorf("its schema is version %d and this program knows versions up to %d: use the version of parley that made it, or a newer one", c.Schema, know)
	case c.Schema < oldestChecked:
		return fmt.Errorf("its schema is version %d, from before parley's first release", c.Schema)
	}
	for _, w := range wholeness {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.Schema < w.from || w.below != 0 && c.Schema >= w.below {
			continue
		}
		r, err := l.one(w.id)
		if err != nil {
			return err
		}
		if r.num(0) > 0 {
			return fmt.Errorf("it is not whole: %s (%d of them, the first is number %d)", w.wrong, r.num(0), r.num(1))
		}
	}
	for _, n := range []struct {
		id   stmtID
		into *int64
	}{{sqlCountUsers, &c.Users}, {sqlCountConversations, &c.Conversations}, {sqlCountMessages, &c.Messages}} {
		r, err := l.one(n.id)
		if err != nil {
			return err
		}
		*n.into = r.num(0)
	}
	return nil
}

// oldestChecked is the first schema that has all tables that are looked at.
const oldestChecked = 3

// segmentsSchema is the first schema of SQLite that has segments.
const segmentsSchema = 8

// windowsSchema is the first that has windows.
const windowsSchema = 12

// wholeness is what must not be found.
var wholeness = []struct {
	id    stmtID
	wrong string
	// from and below are the schemas that it is for; 0 is any.
	from, below int64
}{
	{sqlCheckLogsBefore, "conversations lack messages, or have too many", 0, segmentsSchema},
	{sqlCheckLogs, "conversations lack messages, or have too many", segmentsSchema, 0},
	{sqlCheckRanges, "conversations have holes where messages were moved to segments", segmentsSchema, 0},
	{sqlCheckStrayMessages, "messages belong to no conversation", 0, 0},
	{sqlCheckGroups, "groups have no conversation", 0, 0},
	{sqlCheckMemberCounts, "groups have another number of members than they say", 0, 0},
	{sqlCheckMembers, "members are no users, or belong to no group", 0, 0},
	{sqlCheckWindows, "times in a group are out of order, or nobody's", windowsSchema, 0},
	{sqlCheckDevices, "devices belong to no user", 0, 0},
	{sqlCheckFriends, "friendships lack their other half", 0, 0},
}
