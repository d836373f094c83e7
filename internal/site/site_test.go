package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"parley/web"
)

func pack(t *testing.T, to func(io.Writer) io.WriteCloser, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := to(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(w io.Writer) io.WriteCloser  { return gzip.NewWriter(w) }
func brotlied(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }

const (
	page   = "<!doctype html><title>a page</title>"
	script = "export const answer = 42"
)

func testSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(fstest.MapFS{
		"index.html":           {Data: []byte(page)},
		"index.html.br":        {Data: pack(t, brotlied, page)},
		"index.html.gz":        {Data: pack(t, gzipped, page)},
		"assets/app-x1y2.js":   {Data: []byte(script)},
		"manifest.webmanifest": {Data: []byte("{}")},
		"icon.png":             {Data: []byte("png")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask returns the answer to one request. headers are names and values in turns.
func ask(s *Site, method, name string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, name, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	var r io.Reader = resp.Body
	switch resp.Header.Get("Content-Encoding") {
	case "br":
		r = brotli.NewReader(resp.Body)
	case "gzip":
		unzipped, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		r = unzipped
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryFileHasItsTypeAndItsLifeInCaches(t *testing.T) {
	s := testSite(t)
	for name, want := range map[string][3]string{
		"/":                     {"text/html; charset=utf-8", "no-cache", page},
		"/assets/app-x1y2.js":   {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", script},
		"/manifest.webmanifest": {"application/manifest+json", "no-cache", "{}"},
		"/icon.png":             {"image/png", "no-cache", "png"},
	} {
		resp := ask(s, http.MethodGet, name)
		got := [3]string{resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), body(t, resp)}
		if resp.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: %d %q, want 200 %q", name, resp.StatusCode, got, want)
		}
		if resp.Header.Get("Content-Security-Policy") != Policy || resp.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: headers %v", name, resp.Header)
		}
	}
}

func TestTheSmallestEncodingThatTheClientTakes(t *testing.T) {
	s := testSite(t)
	for accept, want := range map[string]string{
		"":                          "",
		"gzip, deflate, br, zstd":   "br",
		"gzip, deflate":             "gzip",
		"GZIP":                      "gzip",
		"br;q=0, gzip;q=0.5":        "gzip",
		"br; q=0":                   "",
		"*":                         "br",
		"*;q=0":                     "",
		"br;q=0, *":                 "gzip",
		"identity;q=0":              "",
		"deflate;q=1, identity;q=1": "",
		"br;q=x":                    "br",
	} {
		resp := ask(s, http.MethodGet, "/", "Accept-Encoding", accept)
		if got := resp.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, got, want)
		}
		if got := body(t, resp); got != page {
			t.Errorf("Accept-Encoding %q: the body is %q", accept, got)
		}
	}
	if resp := ask(s, http.MethodGet, "/icon.png", "Accept-Encoding", "br"); resp.Header.Get("Content-Encoding") != "" {
		t.Error("a file without a compressed form is said to be compressed")
	}
	if resp := ask(s, http.MethodGet, "/", "Accept-Encoding", "deflate", "Accept-Encoding", "br"); resp.Header.Get("Content-Encoding") != "br" {
		t.Error("the second header line is not read")
	}
}

func TestAStrongETagForEachEncoding(t *testing.T) {
	s := testSite(t)
	tags := make(map[string]bool)
	for _, encoding := range []string{"br", "gzip", "identity"} {
		tag := ask(s, http.MethodGet, "/", "Accept-Encoding", encoding).Header.Get("ETag")
		if !regexp.MustCompile(`^"[\w-]{20}"$`).MatchString(tag) || tags[tag] {
			t.Errorf("%s: ETag %s, which is not strong or not its own", encoding, tag)
		}
		tags[tag] = true
		for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			resp := ask(s, http.MethodGet, "/", "Accept-Encoding", encoding, "If-None-Match", known)
			if resp.StatusCode != http.StatusNotModified || body(t, resp) != "" || resp.Header.Get("ETag") != tag || resp.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("If-None-Match %s: %d %v", known, resp.StatusCode, resp.Header)
			}
		}
	}
	if resp := ask(s, http.MethodGet, "/", "If-None-Match", `"other"`); resp.StatusCode != http.StatusOK {
		t.Errorf("a tag of another file: %d", resp.StatusCode)
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	s := testSite(t)
	got, head := ask(s, http.MethodGet, "/"), ask(s, http.MethodHead, "/")
	if head.StatusCode != http.StatusOK || body(t, head) != "" || head.Header.Get("Content-Length") != got.Header.Get("Content-Length") {
		t.Errorf("HEAD: %d %v", head.StatusCode, head.Header)
	}
	if resp := ask(s, http.MethodPost, "/"); resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", resp.StatusCode, resp.Header)
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	s := testSite(t)
	for _, name := range []string{"/index.html", "/index.html.br", "/assets/", "/assets", "/nothing", "//", "/../site.go", "/assets/app-x1y2.js.gz", "/ASSETS/app-x1y2.js"} {
		resp := ask(s, http.MethodGet, "http://localhost"+name)
		if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Cache-Control") != "" {
			t.Errorf("%s: %d, Cache-Control %q", name, resp.StatusCode, resp.Header.Get("Cache-Control"))
		}
	}
}

func TestABuildThatCannotBeServedIsRefused(t *testing.T) {
	for name, dist := range map[string]fs.FS{
		"no page":      fstest.MapFS{"assets/app.js": {}},
		"unknown type": fstest.MapFS{"index.html": {}, "program.exe": {}},
	} {
		if _, err := New(dist); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// The built client is what the source says: compressed forms unpack to the files, names of assets have a
// hash, and nothing in a page is refused by the policy or leads to another host.
func TestTheBuiltClientKeepsToThePolicy(t *testing.T) {
	s, err := New(web.Dist())
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range s.files {
		if strings.HasPrefix(name, "/assets/") && !regexp.MustCompile(`-[\w-]{8}\.\w+$`).MatchString(name) {
			t.Errorf("%s: no hash in the name of a file that caches keep for ever", name)
		}
		if ext := path.Ext(name); (ext == ".js" || ext == ".css") && len(f.forms) != len(encodings) {
			t.Errorf("%s: has not every compressed form", name)
		}
		plain := string(f.forms[""].body)
		for encoding := range f.forms {
			if got := body(t, ask(s, http.MethodGet, name, "Accept-Encoding", encoding)); got != plain {
				t.Errorf("%s: the form %q is of another file: build again", name, encoding)
			}
		}
	}
	front := body(t, ask(s, http.MethodGet, "/"))
	if found := regexp.MustCompile(`(?i)<style|\sstyle=|\son\w+=|<script(?:[^>]*)>[^<]|javascript:|<base`).FindString(front); found != "" {
		t.Errorf("the page has %q, which its policy forbids", found)
	}
	for _, m := range regexp.MustCompile(`(?i)(?:src|href)="([^"#][^"]*)"`).FindAllStringSubmatch(front, -1) {
		if !strings.HasPrefix(m[1], "/") || s.files[m[1]] == nil {
			t.Errorf("the page loads %s, which is not here", m[1])
		}
	}
}
