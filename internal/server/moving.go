package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parley/internal/platform"
	"parley/internal/store/moving"
)

// What the store says of a database, for those who print it.
type (
	// Contents is what a database file holds.
	Contents = moving.Contents
	// TableProof is what both sides of a move hold of one table.
	TableProof = moving.TableProof
	// MoveProgress is how far a move is.
	MoveProgress = moving.Progress
)

// ErrMoveDiffers is the error of a move whose two sides are not equal.
var ErrMoveDiffers = moving.ErrDiffers

// Bytes is told how many bytes are done, of how many.
type Bytes func(done, of int64)

// Backup copies the embedded database of a data folder, whether a server runs on it or
// not, to a file, or to a new file in a folder. It returns the file's name. One that is
// there is replaced with force alone.
func Backup(ctx context.Context, cfg Config, to string, force bool, progress Bytes) (string, Contents, error) {
	var c Contents
	from, err := cfg.embedded("mariadb-dump --single-transaction, or mariadb-backup", "pg_dump, or pg_basebackup")
	if err != nil {
		return "", c, err
	}
	if err := ownFile(from); err != nil {
		return "", c, err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, time.Now().UTC().Format("parley-20060102T150405Z.db"))
	}
	if !force {
		if _, err := os.Lstat(to); err == nil {
			return "", c, fmt.Errorf("%s exists; name another file, or say --force to replace it", to)
		}
	}
	if same, err := filepath.Abs(to); err == nil && same == from {
		return "", c, errors.New("a backup cannot be its own database: name another file")
	}
	c, err = moving.Backup(ctx, from, to, progress)
	return to, c, err
}

// Restore puts a backup in the place of the embedded database of a data folder, on which
// no server may run. It returns the name under which what was there is kept, if anything was.
func Restore(ctx context.Context, cfg Config, from string, progress Bytes) (Contents, string, error) {
	to, err := cfg.embedded("mariadb, or mariadb-backup --copy-back", "pg_restore")
	if err != nil {
		return Contents{}, "", err
	}
	lock, err := lockData(cfg.Data)
	if err != nil {
		return Contents{}, "", err
	}
	other, err := cfg.lockDatabase()
	if err != nil {
		return Contents{}, "", errors.Join(err, lock.release())
	}
	c, kept, err := moving.Restore(ctx, from, to, time.Now(), progress)
	return c, kept, errors.Join(err, other.release(), lock.release())
}

// CheckBackup reads all of a backup and changes nothing.
func CheckBackup(ctx context.Context, path string) (Contents, error) { return moving.Check(ctx, path) }

// Migrate copies everything from one database into another; both are named as db is.
func Migrate(ctx context.Context, from, to string, progress func(MoveProgress)) ([]TableProof, error) {
	var sides [2]string
	for i, side := range []struct{ key, url string }{{"from", from}, {"to", to}} {
		cfg := Config{DB: side.url}
		url, err := cfg.database()
		if err == nil && side.url == "" {
			err = errors.New("name a database")
		}
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", side.key, err)
		}
		if path, file := strings.CutPrefix(url, "sqlite:"); file {
			if err := ownFile(path); err != nil && !(i == 1 && errors.Is(err, fs.ErrNotExist)) {
				return nil, fmt.Errorf("--%s: %w", side.key, err)
			}
		}
		sides[i] = url
	}
	return moving.Move(ctx, sides[0], sides[1], moving.Options{Progress: progress})
}

// embedded is the path of the embedded database, or an error that names the tools for
// the servers.
func (c *Config) embedded(mysql, postgres string) (string, error) {
	url, err := c.database()
	if err != nil {
		return "", fmt.Errorf("--db: %w", err)
	}
	tool := postgres
	switch c.databaseKind() {
	case "sqlite":
		return filepath.Abs(strings.TrimPrefix(url, "sqlite:"))
	case "mysql":
		tool = mysql
	}
	return "", fmt.Errorf("this is for the embedded database; for this server use %s (docs/operations.md says how)", tool)
}

// ownFile wants the database to belong to the user that this runs as: the files that
// SQLite keeps beside it would otherwise be somebody's whom the server cannot read.
func ownFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("there is no database: %w; name the data folder with --data, or the file with sqlite://", err)
	}
	uid, ok := platform.Owner(info)
	if !ok || uid == os.Geteuid() {
		return nil
	}
	owner := strconv.Itoa(uid)
	if u, err := user.LookupId(owner); err == nil {
		owner = u.Username
	}
	return fmt.Errorf("%s belongs to the user %s; run this as that user: sudo -u %s parley …", path, owner, owner)
}
