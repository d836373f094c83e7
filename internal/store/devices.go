package store

import (
	"parley/internal/store/sqldb"
)

var sqlInsertDevice = sqldb.Register(sqldb.ForWriting, `
INSERT INTO devices (user_id, name, session_id, node_id, used_at, token_hash, label, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?) {returning id}`)

// deviceRow is a row of devices; name "" is the nameless device, session 0 is none.
type deviceRow struct {
	ID          int64  `db:"id"`
	UserID      int64  `db:"user_id"`
	Name        string `db:"name"`
	SessionID   int64  `db:"session_id"`
	NodeID      int64  `db:"node_id"`
	LastSendSeq int64  `db:"last_send_seq"`
	UsedAt      int64  `db:"used_at"`
	TokenHash   []byte `db:"token_hash"`
	Label       string `db:"label"`   // what it says of itself
	Address     string `db:"address"` // of its last login
}

// deviceColumns are what a row of devices is read from.
const deviceColumns = "id, session_id, node_id, last_send_seq, token_hash"

// readState takes deviceColumns.
func (d *deviceRow) readState(r sqldb.Row) {
	d.ID, d.SessionID, d.NodeID, d.LastSendSeq, d.TokenHash = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Blob(4)
}

func (d *deviceRow) insert(l *sqldb.Link) error {
	id, err := l.Insert(sqlInsertDevice, d.UserID, d.Name, d.SessionID, d.NodeID, d.UsedAt, d.token(), d.Label, d.Address)
	d.ID = id
	return err
}

// token is what is bound for the hash: NULL for none.
func (d *deviceRow) token() any {
	if d.TokenHash == nil {
		return nil
	}
	return d.TokenHash
}
