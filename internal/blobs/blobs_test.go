package blobs

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
)

func openFolder(t *testing.T) (Storage, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "some", "where")
	s, err := Open("file://" + filepath.ToSlash(dir))
	must(t, err)
	return s, dir
}

// openFake is a real S3 client on an S3 server in memory.
func openFake(t *testing.T) (*bucket, *httptest.Server) {
	t.Helper()
	backend := s3mem.New()
	must(t, backend.CreateBucket("files"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	s, err := Open("s3://files/some/where?insecure=true&region=us-east-1&endpoint=" + strings.TrimPrefix(server.URL, "http://"))
	must(t, err)
	return s.(*bucket), server
}

// abandonUpload leaves a piece of a file as a Put does whose process dies.
func abandonUpload(ctx context.Context, b *bucket, name string) error {
	id, err := b.client.NewMultipartUpload(ctx, b.name, b.prefix+name, minio.PutObjectOptions{})
	if err == nil {
		_, err = b.client.PutObjectPart(ctx, b.name, b.prefix+name, id, 1, strings.NewReader("half"), 4, minio.PutObjectPartOptions{})
	}
	return err
}

// countStored returns a function that says how many bytes were put with the server so far.
func countStored(server *httptest.Server) func() int64 {
	var stored atomic.Int64
	next := server.Config.Handler
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if r.Method == http.MethodPut {
			stored.Add(r.ContentLength)
		}
	})
	return stored.Load
}

func TestOpen(t *testing.T) {
	for _, bad := range []string{"", "folder", "/folder", "file://folder", "ftp://x/y", "s3://", "s3://key:secret@bucket/x", "file:///x?y=1", "\x00"} {
		s, err := Open(bad)
		if err == nil {
			t.Errorf("%q is %v", bad, s)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
	s, dir := openFolder(t)
	if got := s.String(); got != "file://"+filepath.ToSlash(dir) {
		t.Errorf("it is %s", got)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made before anything is put there")
	}
}

// What an operator can mend is said in words.
func TestErrorsSayWhatToDo(t *testing.T) {
	b, server := openFake(t)
	said := func(what string, err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", what, err, want)
		}
	}
	nowhere := *b
	nowhere.name = "another"
	said("no bucket", nowhere.Put(t.Context(), "x", strings.NewReader("x")), "there is no such bucket; make it")
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	said("no right", b.Put(t.Context(), "x", strings.NewReader("x")), "check the keys")
	if os.Getuid() != 0 {
		s := folder(t.TempDir())
		must(t, os.Chmod(string(s), 0o500))
		said("a folder that may not be written to", s.Put(t.Context(), "a/b", strings.NewReader("x")), "let the server's user write to "+string(s))
	}
}

// A storage that is silent ends what waits for it, wherever it is in it.
func TestSilentStorage(t *testing.T) {
	b, server := openFake(t)
	hung := make(chan struct{})
	t.Cleanup(func() { close(hung) }) // before the server's own end, which waits for its requests
	server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hung })
	b.wait = 50 * time.Millisecond
	silent := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "silent for 50ms") {
			t.Errorf("%s: %v", what, err)
		}
	}
	silent("put", b.Put(t.Context(), "x", strings.NewReader("x")))
	silent("put of pieces", b.Put(t.Context(), "x", strings.NewReader(noise(pieceBytes+1))))
	_, err := b.Get(t.Context(), "x", 0, -1)
	silent("get", err)
	silent("list", b.List(t.Context(), "", func(Entry) error { return nil }))
	silent("delete", b.Delete(t.Context(), "x"))
	_, err = b.Clean(t.Context(), time.Now())
	silent("clean", err)
}

// Only the storage's silence counts, not that of who sends or reads.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, p := withPatience(t.Context(), time.Second)
		defer p.end()
		slow := &unwatched{r: slowReader{}, p: p}
		for range 3 {
			if _, err := slow.Read(nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(900 * time.Millisecond) // the storage is slow, but not silent for too long
		}
		p.rest()
		time.Sleep(time.Hour)
		if ctx.Err() != nil {
			t.Fatal("who sends was slow, and the storage was blamed")
		}
		p.work()
		time.Sleep(time.Second)
		synctest.Wait()
		if err := p.cause(ctx.Err()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a silent storage: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		_, p := withPatience(t.Context(), time.Second)
		w := &watched{b: &bucket{shown: "s3://x"}, r: io.NopCloser(hangingReader{p.ctx}), p: p}
		p.rest()
		time.Sleep(time.Hour) // nobody reads
		if _, err := w.Read(nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a file that stops in the middle: %v", err)
		}
		must(t, w.Close())
	})
}

type slowReader struct{}

func (slowReader) Read([]byte) (int, error) { time.Sleep(time.Minute); return 0, nil }

// hangingReader is a body that does not go on until its request ends.
type hangingReader struct{ ctx context.Context }

func (h hangingReader) Read([]byte) (int, error) { <-h.ctx.Done(); return 0, h.ctx.Err() }
