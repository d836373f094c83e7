package platform

import (
	"net/url"
	"path/filepath"
	"strings"
)

// FileURI returns the URI by which SQLite opens the file at an absolute path, with a query
// of settings. Any character may stand in the path.
func FileURI(path string, settings url.Values) string {
	return fileURI(filepath.ToSlash(path), settings)
}

func fileURI(path string, settings url.Values) string {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data: after file:// would stand a host
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: settings.Encode()}
	return u.String()
}
