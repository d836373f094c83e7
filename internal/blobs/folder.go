package blobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/platform"
)

// folder is a Storage on a file system.
type folder string

// partPrefix begins the name of a file that is being put.
const partPrefix = ".part-"

func (f folder) String() string { return (&url.URL{Scheme: "file", Path: string(f)}).String() }

// at returns the path of a name, which is inside the folder.
func (f folder) at(name string) (string, error) {
	if err := checkName(name); err != nil {
		return "", err
	}
	local, err := filepath.Localize(name)
	if err != nil {
		return "", fmt.Errorf("storage: %q is no name of a file on this system", name)
	}
	return filepath.Join(string(f), local), nil
}

// checkName refuses what is no name of a file.
func checkName(name string) error {
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, partPrefix) || strings.Contains(name, "/"+partPrefix) {
		return fmt.Errorf("storage: %q is no name of a file", name)
	}
	return nil
}

func (f folder) Put(ctx context.Context, name string, r io.Reader) error {
	to, err := f.at(name)
	if err != nil {
		return err
	}
	dir := filepath.Dir(to)
	if err := platform.MakeOwnFolder(dir); err != nil {
		return f.explain(err)
	}
	part, err := os.CreateTemp(dir, partPrefix)
	if err != nil {
		return f.explain(err)
	}
	defer os.Remove(part.Name()) // gone already if all went well
	_, err = io.Copy(part, &source{ctx: ctx, r: r})
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return f.explain(err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), to); err != nil {
		return f.explain(err)
	}
	return f.explain(syncFolders(dir, string(f)))
}

// syncFolders makes names durable, up to the storage's own folder and the one it is in.
func syncFolders(dir, top string) error {
	for {
		if err := platform.SyncFolder(dir); err != nil {
			return err
		}
		if dir == filepath.Dir(top) || dir == filepath.Dir(dir) {
			return nil
		}
		dir = filepath.Dir(dir)
	}
}

func (f folder) Get(ctx context.Context, name string, from, n int64) (io.ReadCloser, error) {
	at, err := f.at(name)
	if err == nil {
		err = errors.Join(checkRange(from), ctx.Err())
	}
	if err != nil {
		return nil, err
	}
	file, err := os.Open(at)
	if err != nil {
		return nil, f.explain(err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s: %w", at, fs.ErrNotExist)
	}
	if err == nil {
		_, err = file.Seek(from, io.SeekStart)
	}
	if err != nil {
		return nil, f.explain(errors.Join(err, file.Close()))
	}
	r := &opened{ctx: ctx, file: file, r: file}
	if n >= 0 {
		r.r = io.LimitReader(file, n)
	}
	return r, nil
}

// opened is a file that is read until its context ends.
type opened struct {
	ctx  context.Context //nolint:containedctx // of the Get that opened it
	file *os.File
	r    io.Reader
}

func (o *opened) Read(p []byte) (int, error) {
	if err := o.ctx.Err(); err != nil {
		return 0, err
	}
	return o.r.Read(p)
}

func (o *opened) Close() error { return o.file.Close() }

func (f folder) List(ctx context.Context, prefix string, each func(Entry) error) error {
	return f.walk(ctx, path.Dir(prefix+"x"), func(name string, info fs.FileInfo) error {
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(info.Name(), partPrefix) {
			return nil
		}
		return each(Entry{Name: name, Bytes: info.Size(), Changed: info.ModTime()})
	})
}

func (f folder) Clean(ctx context.Context, before time.Time) (n int, err error) {
	err = f.walk(ctx, ".", func(name string, info fs.FileInfo) error {
		if !strings.HasPrefix(info.Name(), partPrefix) || !info.ModTime().Before(before) {
			return nil
		}
		n++
		return f.explain(os.Remove(filepath.Join(string(f), filepath.FromSlash(name))))
	})
	return n, err
}

// walk calls each for every file below a folder of this one; none if it is not there. An
// error of each stays as it is.
func (f folder) walk(ctx context.Context, below string, each func(name string, info fs.FileInfo) error) error {
	local, err := filepath.Localize(below)
	if err != nil {
		return nil //nolint:nilerr // no file has such a name
	}
	var told error
	err = filepath.WalkDir(filepath.Join(string(f), local), func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing was put there yet, or it has gone
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(string(f), p)
		if err != nil {
			return err
		}
		told = each(filepath.ToSlash(name), info)
		return told
	})
	if told != nil {
		return told
	}
	return f.explain(err)
}

func (f folder) Delete(_ context.Context, name string) error {
	at, err := f.at(name)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(at); err == nil && info.IsDir() {
		return nil // of other files
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.explain(err)
	}
	return nil
}

// explain says what to do.
func (f folder) explain(err error) error {
	var s *sourceError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &s):
		return err
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("storage: %w; let the server's user write to %s", err, string(f))
	case platform.IsFull(err):
		return fmt.Errorf("storage: %w; make room there and try again", err)
	}
	return fmt.Errorf("storage: %w", err)
}
