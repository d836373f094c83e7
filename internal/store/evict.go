package store

import (
	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	// What a forgotten device had seen stays seen: the user's next device starts there.
	sqlKeepCursors = sqldb.Register(sqldb.ForWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq)
SELECT k.user_id, k.conversation_id, -1, k.seq FROM cursors k WHERE k.user_id = ? AND k.device_id = ?
{or greater: cursors; seq; user_id, conversation_id, device_id}`)
	sqlDropCursors = sqldb.Register(sqldb.ForWriting, `
DELETE FROM cursors WHERE user_id = ? AND device_id = ?`)
	sqlCountDevice = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET devices_made = CASE WHEN devices_day = ? THEN devices_made + 1 ELSE 1 END, devices_day = ?
 WHERE id = ? AND (devices_day <> ? OR devices_made < ?)`)
	sqlDeviceCount = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM devices WHERE user_id = ?`)
	sqlLongestUnused = sqldb.Register(sqldb.ForWriting, `
SELECT id, session_id FROM devices WHERE user_id = ? AND id <> ?
 ORDER BY CASE WHEN session_id = 0 THEN 0 ELSE 1 END, used_at, id LIMIT ?`)
	sqlEvictDevice = sqldb.Register(sqldb.ForWriting, `
DELETE FROM devices WHERE id = ?`)
	sqlCountFriends = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM friendships WHERE user_id = ? AND own = ?`)
)

const (
	dayMS = 24 * 60 * 60 * 1000
	// evictedAtOnce is how many devices make room for one at most: more than one only where
	// the limit was lowered, or where there was none.
	evictedAtOnce = 20
)

// countDevice counts a new device that has a name. The user's row is locked already.
func (tx *transaction) countDevice(o chat.Opening) error {
	if o.DevicesPerDay <= 0 || o.Device == "" {
		return nil
	}
	day := o.At.UnixMilli() / dayMS
	n, err := tx.Exec(sqlCountDevice, day, day, o.User, day, o.DevicesPerDay)
	if err == nil && n == 0 {
		err = chat.ErrDevicesPerDay(o.DevicesPerDay)
	}
	return err
}

// makeRoom forgets devices of a user beyond o.MaxDevices, but not the one that has just logged
// in: those that nobody is logged in with first, each the longest unused. Of those that are
// online one goes at most, and its session ends.
func (tx *transaction) makeRoom(o chat.Opening, opened *chat.Opened) error {
	if o.MaxDevices <= 0 {
		return nil
	}
	r, err := tx.One(sqlDeviceCount, o.User)
	if err != nil {
		return err
	}
	over := r.Num(0) - int64(o.MaxDevices)
	if over <= 0 {
		return nil
	}
	var out []deviceRow
	if err := tx.Query(sqlLongestUnused, func(r sqldb.Row) bool {
		out = append(out, deviceRow{ID: r.Num(0), SessionID: r.Num(1), UserID: int64(o.User)})
		return true
	}, o.User, opened.Device, min(over, evictedAtOnce)); err != nil {
		return err
	}
	for _, d := range out {
		if d.SessionID != 0 && opened.Evicted != nil {
			break
		}
		if err := tx.evict(d, opened); err != nil {
			return err
		}
	}
	return nil
}

func (tx *transaction) evict(d deviceRow, opened *chat.Opened) error {
	if d.SessionID != 0 {
		var done chat.Revoked
		if err := tx.revokeDevice(chat.UserID(d.UserID), d, &done); err != nil {
			return err
		}
		opened.Evicted = &done.Sessions[0]
		opened.JournalNo = opened.Evicted.No
	}
	opened.Forgotten++
	return tx.dropDevice(d)
}

// dropDevice forgets a device. What it had seen stays seen.
func (tx *transaction) dropDevice(d deviceRow) error {
	for _, id := range []sqldb.Statement{sqlKeepCursors, sqlDropCursors} {
		if _, err := tx.Exec(id, d.UserID, d.ID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlDropDeviceChanges, d.ID); err != nil {
		return err
	}
	_, err := tx.Exec(sqlEvictDevice, d.ID)
	return err
}

// friendsWithin answers LimitReached where user has added too many friends, or where too many
// have added friend.
func (tx *transaction) friendsWithin(limit int, user, friend chat.UserID) error {
	if limit <= 0 {
		return nil
	}
	for _, c := range []struct {
		user chat.UserID
		own  int
		why  string
	}{
		{user, addedByUser, "you have added as many friends as are allowed (%d): remove one first"},
		{friend, addedByFriend, "this user has been added by as many as are allowed (%d): ask them to add you"},
	} {
		r, err := tx.One(sqlCountFriends, c.user, c.own)
		if err != nil {
			return err
		}
		if r.Num(0) > int64(limit) {
			return chat.Errorf(wire.LimitReached, c.why, limit)
		}
	}
	return nil
}
