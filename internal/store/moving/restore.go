package moving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"parley/internal/platform"
	"parley/internal/store/sqldb"
)

// Restore puts a copy that Backup made in the place of the database file at to, which
// nobody may be using: the caller holds its folder's lock. The copy is copied, checked
// where it is to stand, brought up to date, and then given the name in one step. What
// was there is kept beside it under the name that is given back, "" if there was nothing.
// progress is told how many bytes are copied, of how many.
func Restore(ctx context.Context, from, to string, at time.Time, progress func(done, of int64)) (c Contents, kept string, err error) {
	if _, err := Check(ctx, from); err != nil {
		return c, "", fmt.Errorf("%s cannot be restored: %w", from, err)
	}
	part, err := newPart(to)
	if err != nil {
		return c, "", err
	}
	defer func() {
		for _, tail := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(part + tail) // gone, if all went well
		}
	}()
	if err := copyFile(ctx, from, part, progress); err != nil {
		return c, "", fmt.Errorf("copying %s: %w", from, err)
	}
	// What was read back is what is put in place.
	if err = sameBytes(ctx, from, part); err == nil {
		c, err = Check(ctx, part)
	}
	if err != nil {
		return c, "", fmt.Errorf("%s was not copied as it is: %w", from, err)
	}
	if err := renameLog(ctx, part); err != nil {
		return c, "", fmt.Errorf("bringing the copy up to date: %w", err)
	}
	if kept, err = keepAside(ctx, to, at); err != nil {
		return c, kept, fmt.Errorf("keeping what is at %s: %w", to, err)
	}
	return c, kept, platform.Rename(part, to)
}

// renameLog brings the schema up to date and gives the log another name: clients that
// saw what came after the copy must not take it for the one they know.
func renameLog(ctx context.Context, path string) error {
	d, err := sqldb.SQLiteFile(path)
	if err != nil {
		return err
	}
	if err := sqldb.Migrate(ctx, d); err != nil {
		return err
	}
	l, err := d.Open(ctx, sqldb.ForMoving)
	if err != nil {
		return err
	}
	return errors.Join(l.InTransaction(func() error {
		i, err := l.ReadInstallation()
		if err == nil {
			err = l.RenameLog(i.LogID, sqldb.NewLogID())
		}
		return err
	}), l.Close())
}

// keepAside returns the file at path a second name. Its log is folded in before; one that
// is too damaged for that is kept beside it.
func keepAside(ctx context.Context, path string, at time.Time) (string, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", dropLog(path)
	}
	kept := path + ".before-restore-" + at.UTC().Format("20060102T150405Z")
	if err := foldIn(ctx, path); err != nil {
		for _, tail := range []string{"-wal", "-shm"} {
			if err := os.Rename(path+tail, kept+tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
	}
	if err := os.Link(path, kept); err != nil {
		return "", err
	}
	return kept, dropLog(path)
}

// foldIn makes the file complete without its log.
func foldIn(ctx context.Context, path string) error {
	d, err := sqldb.SQLiteFile(path)
	if err != nil {
		return err
	}
	l, err := d.Open(ctx, sqldb.ForMoving)
	if err != nil {
		return err
	}
	_, err = l.One(sqldb.FoldAndCut)
	return errors.Join(err, l.Close())
}

// dropLog takes away what would be taken for the log of the file that comes.
func dropLog(path string) error {
	for _, tail := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(ctx context.Context, from, to string, progress func(done, of int64)) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() // only read
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	for done := int64(0); err == nil; {
		var n int64
		if err = ctx.Err(); err == nil {
			n, err = io.CopyN(out, in, 8<<20)
		}
		if done += n; progress != nil {
			progress(done, info.Size())
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, out.Close())
}
