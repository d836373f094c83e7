package sqldb

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
)

var (
	sqlInstallation = Register(ForReading, `
SELECT log_id, moving_from FROM installation WHERE id = 1`)
	sqlNameLog = Register(ForWriting, `
UPDATE installation SET log_id = ? WHERE id = 1 AND log_id = ?`)
	sqlSetMoving = Register(ForMoving, `
UPDATE installation SET moving_from = ? WHERE id = 1`)
)

// Installation is the row of installation: which log the database holds, and whether a move
// into it goes on.
type Installation struct {
	ID         int64  `db:"id"`
	LogID      string `db:"log_id"`
	MovingFrom string `db:"moving_from"`
}

// read takes log_id, moving_from.
func (i *Installation) read(r Row) {
	i.LogID, i.MovingFrom = r.Text(0), r.Text(1)
}

// ReadInstallation reads which log this is.
func (l *Link) ReadInstallation() (i Installation, err error) {
	r, err := l.One(sqlInstallation)
	if err == nil && r == nil {
		err = errors.New("the table installation has lost its row; restore a backup")
	}
	if err == nil {
		i.read(r)
	}
	return i, err
}

// NameLog returns the log a name if it has none yet.
func (l *Link) NameLog() (Installation, error) {
	i, err := l.ReadInstallation()
	if err != nil || i.LogID != "" {
		return i, err
	}
	if err := l.InTransaction(func() error {
		return l.RenameLog("", NewLogID())
	}); err != nil {
		return i, err
	}
	return l.ReadInstallation() // another node may have been first
}

// RenameLog returns the log another name than it had.
func (l *Link) RenameLog(was, name string) error {
	_, err := l.Exec(sqlNameLog, name, was)
	return err
}

// SetMoving notes from which log a move into the database goes on; "" for none.
func (l *Link) SetMoving(from string) error {
	_, err := l.Exec(sqlSetMoving, from)
	return err
}

// NewLogID is 128 random bits.
func NewLogID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
