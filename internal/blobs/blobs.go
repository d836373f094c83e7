// Package blobs keeps files under names, in a folder or in an S3 bucket. It knows nothing of
// what is in them.
package blobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Storage keeps files under names. A name is a path with slashes, as fs.ValidPath has it,
// and no part of it begins with ".part-". No file's name is the beginning of another's path:
// with a there is no a/b. A file is never changed: it is put whole, replaced whole, or deleted.
//
// All methods are safe for concurrent use. A method ends soon after its context does. An
// error says what to do where somebody can do something; one for a file that is not there is
// fs.ErrNotExist.
type Storage interface {
	// Put stores what r returns until io.EOF. It returns nil when the file is durable under
	// its name. Any other end, an error of r (which errors.Is finds) or of the context among
	// them, stores nothing: a file of that name that was there before stays as it was. The
	// length need not be known. Memory is bounded, whatever the length is. In a bucket a file
	// has at most 80 GB.
	Put(ctx context.Context, name string, r io.Reader) error
	// Get opens a file from a byte on, for at most n bytes, or to its end if n is negative. A
	// range that reaches beyond the end is cut there, and one that lies beyond it is empty. The
	// caller closes the reader; it is cut off when the context ends, and reads one state of the
	// file, whatever happens to the name meanwhile.
	Get(ctx context.Context, name string, from, n int64) (io.ReadCloser, error)
	// List calls each for every file whose name begins with prefix, in no promised order, and
	// ends with the first error of each. Files that come or go meanwhile may be left out.
	List(ctx context.Context, prefix string, each func(Entry) error) error
	// Delete removes a file. It is no error if there is none.
	Delete(ctx context.Context, name string) error
	// Clean removes what Puts have left that began before a time and never ended, because
	// their process died, and returns how many there were.
	Clean(ctx context.Context, before time.Time) (int, error)
	// String is where it is, without secrets.
	String() string
}

// Entry is a file of a Storage.
type Entry struct {
	Name    string
	Bytes   int64
	Changed time.Time
}

// Open opens what a URL names: file:///FOLDER, which is made when something is put there, or
// s3://BUCKET/PREFIX?endpoint=HOST:PORT&region=R, whose keys come from the environment
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or from the role of the machine. It does not look
// whether the folder or the bucket is there.
func Open(where string) (Storage, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, errors.New("this is no URL; write file:///FOLDER or s3://BUCKET/PREFIX, and in them %25 for %")
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || u.Path == "" {
			return nil, fmt.Errorf("%s: a folder is written file:///FOLDER, with three slashes", where)
		}
		if strings.ContainsAny(where, "?#") {
			return nil, fmt.Errorf("%s: in a folder's name write %%3F for ? and %%23 for #", where)
		}
		return folder(filepath.Clean(u.Path)), nil
	case "s3":
		return openBucket(u)
	}
	return nil, fmt.Errorf("%s is neither file:///FOLDER nor s3://BUCKET/PREFIX", where)
}

// ReadAll reads a whole file into memory.
func ReadAll(ctx context.Context, s Storage, name string) ([]byte, error) {
	r, err := s.Get(ctx, name, 0, -1)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// checkRange refuses what is no range.
func checkRange(from int64) error {
	if from < 0 {
		return fmt.Errorf("storage: a range cannot begin at byte %d", from)
	}
	return nil
}

// source is what a Put reads. It ends with its context, and remembers the reader's own error,
// which must not be taken for an end: a request that was cut off ends in io.ErrUnexpectedEOF.
type source struct {
	ctx context.Context //nolint:containedctx // of the Put that reads
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if err := s.ctx.Err(); err != nil {
		s.err = &sourceError{err}
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = &sourceError{err}
		err = s.err
	}
	return n, err
}

// sourceError is an error of what was to be stored, not of the storage.
type sourceError struct{ cause error }

func (e *sourceError) Error() string { return "reading what is to be stored: " + e.cause.Error() }
func (e *sourceError) Unwrap() error { return e.cause }
