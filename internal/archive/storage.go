package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/platform"
)

// Storage keeps the files of an archive, under names with slashes. A file is never changed,
// only put whole and deleted.
type Storage interface {
	// Put returns when the file is durable under its name, whole. One of that name is
	// replaced.
	Put(ctx context.Context, name string, data []byte) error
	// Get gives a whole file: fs.ErrNotExist.
	Get(ctx context.Context, name string) ([]byte, error)
	// List calls each for every file.
	List(ctx context.Context, each func(Entry) error) error
	// Delete is no error for a file that is not there.
	Delete(ctx context.Context, name string) error
	// String is where it is, without secrets.
	String() string
}

// Entry is a file of a Storage.
type Entry struct {
	Name    string
	Bytes   int64
	Changed time.Time
}

// OpenStorage opens what a URL names: file:///FOLDER, which is made if it is not there, or
// s3://BUCKET/PREFIX?endpoint=HOST:PORT, whose keys come from the environment
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or the machine's role.
func OpenStorage(where string) (Storage, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("archive-to: this is no URL; write file:///FOLDER or s3://BUCKET/PREFIX, and in them %%25 for %%")
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" {
			return nil, fmt.Errorf("archive-to: %s: a folder is written file:///FOLDER, with three slashes", where)
		}
		if strings.ContainsAny(where, "?#") {
			return nil, fmt.Errorf("archive-to: %s: in a folder's name write %%3F for ? and %%23 for #", where)
		}
		return folder(filepath.Clean(u.Path)), nil
	case "s3":
		return openS3(u)
	}
	return nil, fmt.Errorf("archive-to: %s is neither file:///FOLDER nor s3://BUCKET/PREFIX", where)
}

// folder is a Storage on a file system.
type folder string

func (f folder) String() string { return (&url.URL{Scheme: "file", Path: string(f)}).String() }

// at gives the path of a name that stays inside the folder.
func (f folder) at(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fmt.Errorf("archive: %q is no name of a segment", name)
	}
	return filepath.Join(string(f), filepath.FromSlash(name)), nil
}

const partPrefix = ".part-"

func (f folder) Put(_ context.Context, name string, data []byte) error {
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
	_, err = part.Write(data)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return f.explain(err)
	}
	if err := os.Rename(part.Name(), to); err != nil {
		return f.explain(err)
	}
	return f.explain(syncFolders(dir, string(f)))
}

// syncFolders makes names durable, up to the archive's own folder and the one it is in.
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

func (f folder) Get(_ context.Context, name string) ([]byte, error) {
	from, err := f.at(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(from)
	return data, f.explain(err)
}

func (f folder) List(ctx context.Context, each func(Entry) error) error {
	err := filepath.WalkDir(string(f), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), partPrefix) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(string(f), p)
		if err != nil {
			return err
		}
		return each(Entry{Name: filepath.ToSlash(name), Bytes: info.Size(), Changed: info.ModTime()})
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was archived yet
	}
	return f.explain(err)
}

func (f folder) Delete(_ context.Context, name string) error {
	at, err := f.at(name)
	if err == nil {
		err = os.Remove(at)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return f.explain(err)
}

// explain says what to do.
func (f folder) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("archive: %w; let the server's user write to %s", err, string(f))
	case platform.IsFull(err):
		return fmt.Errorf("archive: %w; make room there, and the next run goes on", err)
	}
	return fmt.Errorf("archive: %w", err)
}

// segmentName names a segment by its conversations, the time of its newest message, and
// its content.
func segmentName(logID string, rows []record, hash string) string {
	newest := int64(0)
	for i := range rows {
		newest = max(newest, rows[i].SentAt)
	}
	return path.Join(logID, fmt.Sprintf("%d-%d_%s_%s.parquet", rows[0].Conversation, rows[len(rows)-1].Conversation,
		time.UnixMilli(newest).UTC().Format("20060102T150405Z"), hash[:16]))
}
