package testkit

import (
	"bytes"
	"sync"
)

// LogBuffer is what a process writes, which may be read meanwhile.
type LogBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log, and looks for secrets in it.
func (l *LogBuffer) Write(p []byte) (int, error) {
	leaked.look(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all that was written since the last Reset.
func (l *LogBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Reset empties it.
func (l *LogBuffer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}
