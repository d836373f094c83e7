package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
)

// errMoving is what a server is told that is started on half a database.
var errMoving = errors.New("a move into it is not finished: run the same parley migrate again, which goes on where it stopped, or use another database")

// installation reads which log this is.
func (l *link) installation() (i installationRow, err error) {
	r, err := l.one(sqlInstallation)
	if err == nil && r == nil {
		err = errors.New("the table installation has lost its row; restore a backup")
	}
	if err == nil {
		i.read(r)
	}
	return i, err
}

// nameLog gives the log a name if it has none yet.
func (l *link) nameLog() (installationRow, error) {
	i, err := l.installation()
	if err != nil || i.LogID != "" {
		return i, err
	}
	if err := l.inTransaction(func() error {
		_, err := l.exec(sqlNameLog, newLogID(), "")
		return err
	}); err != nil {
		return i, err
	}
	return l.installation() // another node may have been first
}

// newLogID is 128 random bits.
func newLogID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
