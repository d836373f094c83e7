package moving

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/internal/platform"
)

// A copy has its sum beside it, in the form that sha256sum reads: SQLite finds damage to
// the structure of a file, and not a changed letter in a text.
const sumTail = ".sha256"

// sumFile reads a file to its end.
func sumFile(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // only read
	h := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if _, err := io.CopyN(h, f, 8<<20); errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}

// writeSum puts a file's sum beside it.
func writeSum(ctx context.Context, path string) error {
	sum, err := sumFile(ctx, path)
	if err != nil {
		return err
	}
	side, err := newPart(path + sumTail)
	if err != nil {
		return err
	}
	text := sum + "  " + filepath.Base(path) + "\n"
	if err := os.WriteFile(side, []byte(text), 0o600); err != nil {
		return errors.Join(err, os.Remove(side))
	}
	return platform.Rename(side, path+sumTail)
}

// sameBytes wants two files to be equal.
func sameBytes(ctx context.Context, a, b string) error {
	x, err := sumFile(ctx, a)
	if err != nil {
		return err
	}
	y, err := sumFile(ctx, b)
	if err == nil && x != y {
		err = fmt.Errorf("what was written is not what was read: SHA-256 %s and %s", x, y)
	}
	return err
}

// checkSum holds a file against the sum beside it, if there is one.
func checkSum(ctx context.Context, path string) error {
	text, err := os.ReadFile(path + sumTail)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sum, err := sumFile(ctx, path)
	if want, _, _ := strings.Cut(string(text), " "); err == nil && sum != want {
		err = fmt.Errorf("it is damaged: its SHA-256 is %s, and %s says %s", sum, path+sumTail, want)
	}
	return err
}
