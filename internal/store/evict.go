package store

import (
	"parley/internal/chat"
	"parley/wire"
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
	n, err := tx.exec(sqlCountDevice, day, day, o.User, day, o.DevicesPerDay)
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
	r, err := tx.one(sqlDeviceCount, o.User)
	if err != nil {
		return err
	}
	over := r.num(0) - int64(o.MaxDevices)
	if over <= 0 {
		return nil
	}
	var out []deviceRow
	if err := tx.query(sqlLongestUnused, func(r row) bool {
		out = append(out, deviceRow{ID: r.num(0), SessionID: r.num(1), UserID: int64(o.User)})
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
	for _, id := range []stmtID{sqlKeepCursors, sqlDropCursors} {
		if _, err := tx.exec(id, d.UserID, d.ID); err != nil {
			return err
		}
	}
	_, err := tx.exec(sqlEvictDevice, d.ID)
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
		r, err := tx.one(sqlCountFriends, c.user, c.own)
		if err != nil {
			return err
		}
		if r.num(0) > int64(limit) {
			return chat.Errorf(wire.LimitReached, c.why, limit)
		}
	}
	return nil
}
