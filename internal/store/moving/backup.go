package moving

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"parley/internal/platform"
	"parley/internal/store/sqldb"
)

// backupPages are copied between two looks at the context; 1 MiB.
const backupPages = 256

// Backup copies the database file at from, which a server may be using, to a new file at
// to, as it is at one moment, and checks the copy. Writers are not held up; the log
// beside the file grows for as long as it takes. What is at to is replaced only by a
// copy that is whole and on disk. progress is told how many bytes are done, of how many.
// Beside the copy stands its SHA-256, in FILE.sha256. On an error nothing is left behind.
func Backup(ctx context.Context, from, to string, progress func(done, of int64)) (c Contents, err error) {
	d, err := sqldb.SQLiteFile(from)
	if err != nil {
		return c, err
	}
	if err := d.Exists(); err != nil {
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
func copyPages(ctx context.Context, d *sqldb.Dialect, to string, progress func(done, of int64)) error {
	l, err := d.Open(ctx, sqldb.ForReading)
	if err != nil {
		return err
	}
	defer l.Close()
	// The moment stays, so that what others write does not make the copy begin anew.
	if _, err := l.Exec(sqldb.BeginRead); err != nil {
		return err
	}
	if _, err := l.One(sqldb.Ping); err != nil {
		return err
	}
	// A URL with a path that is not absolute would begin with a host.
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	// It is synced as a whole when it is finished, and thrown away otherwise.
	b, err := l.NewBackup(platform.FileURI(to, url.Values{"_pragma": {"synchronous(OFF)", "journal_mode(OFF)"}}))
	if err != nil {
		return err
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(backupPages)
		}
		if progress != nil && err == nil {
			progress(int64(b.PageCount()-b.Remaining())*sqldb.PageSize, int64(b.PageCount())*sqldb.PageSize)
		}
	}
	return errors.Join(err, b.Finish())
}
