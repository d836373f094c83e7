package blobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// patienceWait is how long an object storage may be silent while something is wanted of it.
	patienceWait = 30 * time.Second
	// pieceBytes is how much of a file goes to a bucket in one request. There are at most
	// 10,000 of them in a file.
	pieceBytes = 8 << 20
)

// bucket is a Storage in an S3 bucket, below a prefix.
type bucket struct {
	client *minio.Core
	name   string
	prefix string
	shown  string
	wait   time.Duration
}

// openBucket takes s3://BUCKET/PREFIX?endpoint=HOST:PORT&region=R&insecure=true.
func openBucket(u *url.URL) (Storage, error) {
	q := u.Query()
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		endpoint = "s3.amazonaws.com"
	}
	if u.Host == "" || u.User != nil {
		return nil, errors.New("write s3://BUCKET/PREFIX; the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	c, err := minio.NewCore(endpoint, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: q.Get("insecure") != "true", Region: q.Get("region"), MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.Redacted(), err)
	}
	b := &bucket{client: c, name: u.Host, prefix: strings.Trim(u.Path, "/"), shown: "s3://" + path.Join(u.Host, u.Path) + " at " + endpoint, wait: patienceWait}
	if b.prefix != "" {
		b.prefix += "/"
	}
	return b, nil
}

func (b *bucket) String() string { return b.shown }

func (b *bucket) Put(ctx context.Context, name string, r io.Reader) error {
	if err := checkName(name); err != nil {
		return err
	}
	from := &source{ctx: ctx, r: r}
	var first bytes.Buffer
	if _, err := first.ReadFrom(io.LimitReader(from, pieceBytes+1)); err != nil {
		return err
	}
	ctx, p := withPatience(ctx, b.wait)
	defer p.end()
	// The checksum of each piece is among what is signed, so that the piece need not be.
	opts := minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableContentSha256: true}
	var whole io.Reader = &first
	size := int64(first.Len())
	if size > pieceBytes {
		whole, size = io.MultiReader(&first, &unwatched{from, p}), -1
		opts.PartSize = pieceBytes
	}
	_, err := b.client.Client.PutObject(ctx, b.name, b.prefix+name, whole, size, opts)
	if err != nil && from.err != nil {
		return from.err // whatever it has become on its way
	}
	return b.explain(p.cause(err))
}

func (b *bucket) Get(ctx context.Context, name string, from, n int64) (io.ReadCloser, error) {
	if err := errors.Join(checkName(name), checkRange(from)); err != nil {
		return nil, err
	}
	ctx, p := withPatience(ctx, b.wait)
	o, err := b.open(ctx, name, from, n)
	if err != nil {
		defer p.end()
		return nil, b.explain(p.cause(err))
	}
	p.rest()
	return &watched{b: b, r: o, p: p}, nil
}

// open asks for a range. One that is empty cannot be asked for; it is opened all the same, to
// see whether the file is there.
func (b *bucket) open(ctx context.Context, name string, from, n int64) (io.ReadCloser, error) {
	var opts minio.GetObjectOptions
	switch {
	case n == 0:
		_, err := b.client.StatObject(ctx, b.name, b.prefix+name, opts)
		return io.NopCloser(strings.NewReader("")), err
	case n > 0:
		if err := opts.SetRange(from, from+n-1); err != nil {
			return nil, err
		}
	case from > 0:
		if err := opts.SetRange(from, 0); err != nil {
			return nil, err
		}
	}
	o, _, _, err := b.client.GetObject(ctx, b.name, b.prefix+name, opts)
	if minio.ToErrorResponse(err).StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return io.NopCloser(strings.NewReader("")), nil
	}
	return o, err
}

func (b *bucket) List(ctx context.Context, prefix string, each func(Entry) error) error {
	ctx, p := withPatience(ctx, b.wait) // ends the listing where each does
	defer p.end()
	for o := range b.client.Client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return b.explain(p.cause(o.Err))
		}
		p.rest()
		if err := each(Entry{Name: strings.TrimPrefix(o.Key, b.prefix), Bytes: o.Size, Changed: o.LastModified}); err != nil {
			return err
		}
		p.work()
	}
	return p.cause(ctx.Err())
}

func (b *bucket) Delete(ctx context.Context, name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	ctx, p := withPatience(ctx, b.wait)
	defer p.end()
	err := b.explain(p.cause(b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (b *bucket) Clean(ctx context.Context, before time.Time) (n int, err error) {
	ctx, p := withPatience(ctx, b.wait)
	defer p.end()
	for u := range b.client.ListIncompleteUploads(ctx, b.name, b.prefix, true) {
		err := u.Err
		if err == nil && u.Initiated.Before(before) {
			err = b.client.AbortMultipartUpload(ctx, b.name, u.Key, u.UploadID)
			n++
		}
		if err != nil {
			return n, b.explain(p.cause(err))
		}
		p.work()
	}
	return n, p.cause(ctx.Err())
}

// explain says what to do. What is not there is fs.ErrNotExist.
func (b *bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	switch r := minio.ToErrorResponse(err); {
	case r.Code == "NoSuchKey":
		return fmt.Errorf("storage: %s: %w", b.shown, fs.ErrNotExist)
	case r.Code == "NoSuchBucket":
		return fmt.Errorf("storage: %s: there is no such bucket; make it", b.shown)
	case r.StatusCode == http.StatusForbidden || r.Code == "AccessDenied":
		return fmt.Errorf("storage: %s: access is denied (%s); check the keys and what they may do", b.shown, r.Code)
	}
	return fmt.Errorf("storage: %s: %w", b.shown, err)
}
