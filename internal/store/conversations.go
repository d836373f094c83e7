package store

import (
	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

// conversationRow is a row of conversations.
type conversationRow struct {
	ID        int64 `db:"id"`
	Kind      int64 `db:"kind"`
	UserLo    int64 `db:"user_lo"`
	UserHi    int64 `db:"user_hi"`
	GroupID   int64 `db:"group_id"`
	LastSeq   int64 `db:"last_seq"`
	Version   int64 `db:"version"`
	ChangedAt int64 `db:"changed_at"`
	JournalNo int64 `db:"change_no"`
	Spoke     int64 `db:"spoke"`    // direct: spokeLo, spokeHi
	LastRev   int64 `db:"last_rev"` // of the last change of a message; what does not read it leaves it 0
	LastAt    int64 `db:"last_at"`  // when the last message was sent; NULL: none came since there is the column
}

// standingColumns are what a row of conversations is read from.
const standingColumns = "id, kind, user_lo, user_hi, group_id, last_seq, version, change_no"

// readStanding takes standingColumns, of a table alone or at the beginning of a longer list.
func (c *conversationRow) readStanding(r sqldb.Row) {
	c.ID, c.Kind, c.UserLo, c.UserHi, c.GroupID = r.Num(0), r.Num(1), r.Num(2), r.Num(3), r.Num(4)
	c.LastSeq, c.Version, c.JournalNo = r.Num(5), r.Num(6), r.Num(7)
}

func (c *conversationRow) conv() chat.Conv {
	return chat.Conv{
		ID: chat.ConvID(c.ID), Kind: chat.Kind(c.Kind),
		Lo: chat.UserID(c.UserLo), Hi: chat.UserID(c.UserHi), Group: chat.GroupID(c.GroupID),
	}
}

func (c *conversationRow) head() chat.Head {
	return chat.Head{Conv: chat.ConvID(c.ID), LastSeq: c.LastSeq, LastRev: c.LastRev, Version: c.Version, JournalNo: c.JournalNo}
}
