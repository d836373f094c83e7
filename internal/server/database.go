package server

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// embeddedPath is the file of the embedded database, "" for a database server.
func (c *Config) embeddedPath() string {
	url, err := c.database()
	path, file := strings.CutPrefix(url, "sqlite:")
	if err != nil || !file {
		return ""
	}
	return path
}

// refuseEmptied returns an error if the database file is empty, or gone, and something
// beside it says that there was one. A server that made a new one there would take
// everybody for a stranger, and the next backup would replace the last good one.
func (c *Config) refuseEmptied() error {
	path := c.embeddedPath()
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	gone := errors.Is(err, fs.ErrNotExist)
	if err != nil && !gone || !gone && info.Size() > 0 {
		return nil // it is there; or whoever opens it finds out what is wrong
	}
	proof := c.proofOfDatabase(path, gone)
	switch {
	case proof == "":
		return nil
	case gone:
		return fmt.Errorf("there is no database %s, and %s says that there was one: put it back, or restore a backup (parley restore); for a new one, move %s away", path, proof, proof)
	}
	return fmt.Errorf("the database %s is empty (0 bytes), and %s says that it was not: put it back, or restore a backup (parley restore); for a new one, move it and %s away", path, proof, proof)
}

// proofOfDatabase is a file that is only there once a database was, "" for none. A start
// that was cut short leaves an empty database and the lock, and perhaps a certificate of
// the server's own, so those prove nothing.
func (c *Config) proofOfDatabase(path string, gone bool) string {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return path + "-wal"
	}
	if gone {
		return "" // an operator may have put a key there for the first start
	}
	for _, name := range []string{SealKeyFile, SocketName} {
		other := filepath.Join(c.Data, name)
		if _, err := os.Lstat(other); err == nil {
			return other
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+".before-restore-") {
			return filepath.Join(filepath.Dir(path), e.Name())
		}
	}
	return ""
}

// lockDatabase keeps an embedded database outside the data folder to one server, for the
// folder's lock says nothing of it. It returns nil if there is nothing to lock.
func (c *Config) lockDatabase() (*dataLock, error) {
	path := c.embeddedPath()
	if path == "" || sameFile(filepath.Dir(path), c.Data) && filepath.Base(path) == "parley.db" {
		return nil, nil
	}
	l, by, err := lockFile(path + ".lock")
	switch {
	case errors.Is(err, errLocked):
		return nil, fmt.Errorf("another parley server%s uses the database %s; stop it, or give this one another database with --db", by, path)
	case err != nil:
		return nil, fmt.Errorf("cannot lock the database %s: %w", path, err)
	}
	return l, nil
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
