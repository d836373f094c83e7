package archive

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

// s3Wait bounds one request to the object storage.
const s3Wait = 30 * time.Second

// bucket is a Storage in an S3 bucket, below a prefix.
type bucket struct {
	client *minio.Client
	name   string
	prefix string
	shown  string
}

// openS3 takes s3://BUCKET/PREFIX?endpoint=HOST:PORT&region=R&insecure=true.
func openS3(u *url.URL) (Storage, error) {
	q := u.Query()
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		endpoint = "s3.amazonaws.com"
	}
	if u.Host == "" || u.User != nil {
		return nil, errors.New("archive-to: write s3://BUCKET/PREFIX; the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	c, err := minio.New(endpoint, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.EnvMinio{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure: q.Get("insecure") != "true", Region: q.Get("region"), MaxRetries: 3,
	})
	if err != nil {
		return nil, fmt.Errorf("archive-to: %s: %w", u.Redacted(), err)
	}
	return &bucket{client: c, name: u.Host, prefix: strings.Trim(u.Path, "/"), shown: "s3://" + path.Join(u.Host, u.Path) + " at " + endpoint}, nil
}

func (b *bucket) String() string { return b.shown }

func (b *bucket) key(name string) string { return path.Join(b.prefix, name) }

func (b *bucket) Put(ctx context.Context, name string, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, s3Wait)
	defer cancel()
	_, err := b.client.PutObject(ctx, b.name, b.key(name), bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
		ContentType: "application/vnd.apache.parquet", SendContentMd5: true,
	})
	return b.explain(err)
}

func (b *bucket) Get(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s3Wait)
	defer cancel()
	o, err := b.client.GetObject(ctx, b.name, b.key(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, b.explain(err)
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	return data, b.explain(err)
}

func (b *bucket) List(ctx context.Context, each func(Entry) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the listing where each does
	prefix := b.prefix
	if prefix != "" {
		prefix += "/"
	}
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return b.explain(o.Err)
		}
		if err := each(Entry{Name: strings.TrimPrefix(o.Key, prefix), Bytes: o.Size, Changed: o.LastModified}); err != nil {
			return err
		}
	}
	return nil
}

func (b *bucket) Delete(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s3Wait)
	defer cancel()
	err := b.explain(b.client.RemoveObject(ctx, b.name, b.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// explain says what to do. What is not there is fs.ErrNotExist.
func (b *bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	switch r := minio.ToErrorResponse(err); {
	case r.Code == "NoSuchKey":
		return fmt.Errorf("archive: %s: %w", b.shown, fs.ErrNotExist)
	case r.Code == "NoSuchBucket":
		return fmt.Errorf("archive: %s: there is no such bucket; make it", b.shown)
	case r.StatusCode == http.StatusForbidden || r.Code == "AccessDenied":
		return fmt.Errorf("archive: %s: access is denied (%s); check the keys and what they may do", b.shown, r.Code)
	}
	return fmt.Errorf("archive: %s: %w", b.shown, err)
}
