package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"parley/internal/platform"
)

// tokenPath is beside the database, so that one can be thrown away without the other.
func (s *Store) tokenPath() string { return strings.TrimSuffix(s.path, ".sqlite") + ".token" }

// readToken returns "" where there is none. Others must not be able to read it: then it
// is no secret any more, and is not used.
func readToken(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // which has other rights than these
		return "", fmt.Errorf("the token in %s can be read by others; delete the file and log in with the password, which makes the old token worthless", path)
	}
	token, err := os.ReadFile(path)
	return strings.TrimSpace(string(token)), err
}

// KeepToken implements client.Store.
func (s *Store) KeepToken(token string) error {
	if s.o.NoToken {
		return nil
	}
	path := s.tokenPath()
	if token == "" {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return replace(path, token+"\n")
}

// replace writes a private file so that at any moment there is the old one or the new one.
func replace(path, content string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return platform.SyncFolder(filepath.Dir(path))
}
