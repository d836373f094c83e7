// Package site serves the files of the built web client. It reads all of them once, at the start,
// with the compressed forms that the build made, and answers from memory.
package site

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Policy is the Content-Security-Policy of every answer. The page may load its own files and may
// connect to its own host, over HTTP and WebSocket ('self' is both). It may run no script and use no
// style that stands in the page. Strings become code through the policy "parley" alone.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types parley"

const (
	// A file in assets has the hash of its content in its name.
	immutable = "public, max-age=31536000, immutable"
	// Any other file is asked for again each time; its ETag makes that cheap.
	revalidate = "no-cache"

	index = "index.html"
)

// kinds are the content types. They do not depend on what the machine knows.
var kinds = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".webmanifest": "application/manifest+json",
	".txt":         "text/plain; charset=utf-8",
}

// encodings are the forms of a file, the smallest first, with the ending that the build gives it.
var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}}

// form is one encoding of a file.
type form struct {
	body []byte
	etag string // strong: it differs from one encoding to the next
}

type file struct {
	kind, cache string
	forms       map[string]form // by the name of the encoding; "" is always there
}

// Site is an http.Handler. It does not change after New, so any number of requests may use it at once.
type Site struct{ files map[string]*file }

// New reads all files of dist. It returns an error if there is no index.html, or a file of a type that
// it does not know.
func New(dist fs.FS) (*Site, error) {
	s := &Site{files: make(map[string]*file)}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isCompressed(name) {
			return err
		}
		f, err := read(dist, name)
		if err != nil {
			return err
		}
		s.files["/"+name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the files of the web client: %w", err)
	}
	front, found := s.files["/"+index]
	if !found {
		return nil, errors.New("the web client has no index.html: build it with npm run build in web/")
	}
	delete(s.files, "/"+index) // it has one address
	s.files["/"] = front
	return s, nil
}

func isCompressed(name string) bool {
	ending := path.Ext(name)
	return ending == ".br" || ending == ".gz"
}

func read(dist fs.FS, name string) (*file, error) {
	kind, found := kinds[path.Ext(name)]
	if !found {
		return nil, fmt.Errorf("%s: no content type is known for this ending; add it to the table in internal/site", name)
	}
	f := &file{kind: kind, cache: revalidate, forms: make(map[string]form)}
	if strings.HasPrefix(name, "assets/") {
		f.cache = immutable
	}
	for _, e := range encodings {
		body, err := fs.ReadFile(dist, name+e.ending)
		if errors.Is(err, fs.ErrNotExist) && e.name != "" {
			continue // it does not compress, or is tiny
		}
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		f.forms[e.name] = form{body, `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`}
	}
	return f, nil
}

// ServeHTTP answers GET and HEAD with the file of that name, in the smallest encoding that the client
// takes, or with 304 if the client has it. An unknown name is 404: there is no page for every path, because
// the client's own addresses stand behind the #.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", Policy)
	f, found := s.files[r.URL.Path]
	if !found {
		http.Error(w, "there is nothing at this address: the chat is at /", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "this address can be read only", http.StatusMethodNotAllowed)
		return
	}
	encoding := choose(r.Header.Values("Accept-Encoding"), f.forms)
	chosen := f.forms[encoding]
	header.Set("Cache-Control", f.cache)
	header.Set("ETag", chosen.etag)
	header.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Values("If-None-Match"), chosen.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", f.kind)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	header.Set("Content-Length", strconv.Itoa(len(chosen.body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(chosen.body) // the client has gone: nobody is left to tell
	}
}

// choose returns the smallest encoding that the client takes. A client that refuses even the plain form
// gets that one: it is the only one that every client can read.
func choose(accepted []string, forms map[string]form) string {
	weights := make(map[string]float64)
	for part := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		name, parameters, _ := strings.Cut(strings.ToLower(part), ";")
		weight := 1.0
		if q, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); found {
			if parsed, err := strconv.ParseFloat(q, 64); err == nil {
				weight = parsed
			}
		}
		weights[strings.TrimSpace(name)] = weight
	}
	for _, e := range encodings {
		if e.name == "" {
			break
		}
		if _, made := forms[e.name]; !made {
			continue
		}
		weight, named := weights[e.name]
		if !named {
			weight = weights["*"]
		}
		if weight > 0 {
			return e.name
		}
	}
	return ""
}

// matches says whether the client has this very form. A proxy that compresses may have made the tag weak.
func matches(tags []string, etag string) bool {
	for tag := range strings.SplitSeq(strings.Join(tags, ","), ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
