package testkit

import (
	"bytes"
	"regexp"
	"slices"
	"sync"
)

// leaks looks for secrets in what the servers of all tests log, at the level debug.
// TestMain asks it at the end.
type leaks struct {
	mu    sync.Mutex
	rest  []byte // a line that is not complete
	lines []string
}

var leaked leaks

// secrets are what no log may hold: the passwords of these tests, parts of frames that
// carry one, and whatever looks like a token or an invitation's code, but for the fingerprints of keys
// and parts of paths.
var secrets = regexp.MustCompile(`(?:^|[^A-Za-z0-9_-])(?:` + regexp.QuoteMeta(Password) + `|12345678|a long password|another password|a wrong password)` +
	`|\\?"(?:pwd|newpwd|token|key|data)\\?":|\\?"invite\\?":\s*\\?"|(?:[0-9A-HJKMNP-TV-Z]{4}-){6}|(?:^|[^:/A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?:$|[^/A-Za-z0-9_-])`)

func (l *leaks) look(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Several processes write here in turn: what is cut between two of them is seen by its
	// beginning or its end.
	l.rest = append(l.rest, p...)
	for {
		line, rest, ended := bytes.Cut(l.rest, []byte("\n"))
		if !ended {
			break
		}
		if secrets.Match(line) && len(l.lines) < 20 {
			l.lines = append(l.lines, string(line))
		}
		l.rest = rest
	}
	l.rest = bytes.Clone(l.rest)
}

func (l *leaks) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}
