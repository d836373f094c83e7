package store

import (
	"bytes"
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
	"parley/wire"
)

var (
	sqlPresence = sqldb.Register(sqldb.ForWriting, `
SELECT name, presence_no, change_no, password_hash, disabled FROM users WHERE id = ? {for update}`)
	sqlMovePresence = sqldb.Register(sqldb.ForWriting, `
UPDATE users SET presence_no = presence_no + 1, changed_at = {now} WHERE id = ?`)
	sqlSessionCount = sqldb.Register(sqldb.ForWriting, `
SELECT COUNT(*) FROM devices WHERE user_id = ? AND session_id <> 0`)
	sqlTokenHash = sqldb.Register(sqldb.ForReading, `
SELECT token_hash FROM devices WHERE user_id = ? AND name = ?`)
	sqlDeviceByName = sqldb.Register(sqldb.ForWriting, "SELECT "+deviceColumns+`
  FROM devices WHERE user_id = ? AND name = ? {for update}`)
	sqlDeviceBySession = sqldb.Register(sqldb.ForWriting, `
SELECT id FROM devices WHERE user_id = ? AND session_id = ?`)
	// The old session is a condition: of two logins that both saw it, one wins.
	sqlTakeDevice = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET session_id = ?, node_id = ?, used_at = ?, token_hash = COALESCE(?, token_hash), label = ?, address = ?
 WHERE id = ? AND session_id = ?`)
	sqlFreeDevice = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET session_id = 0, node_id = 0, used_at = ? WHERE id = ? AND user_id = ? AND session_id = ?`)
	sqlCopyCursors = sqldb.Register(sqldb.ForWriting, `
INSERT INTO cursors (user_id, conversation_id, device_id, seq)
SELECT user_id, conversation_id, ?, MAX(seq) FROM cursors
 WHERE user_id = ? AND device_id <> 0 GROUP BY user_id, conversation_id`)
	sqlUsersOnNode = sqldb.Register(sqldb.ForWriting, `
SELECT DISTINCT user_id FROM devices WHERE session_id <> 0 AND (node_id = ? OR ? = 0) ORDER BY user_id LIMIT ?`)
	sqlFreeUserOnNode = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET session_id = 0, node_id = 0, used_at = ?
 WHERE user_id = ? AND session_id <> 0 AND (node_id = ? OR ? = 0)`)
	sqlDevices = sqldb.Register(sqldb.ForReading, `
SELECT id, name, session_id, used_at, label, address FROM devices
 WHERE user_id = ? AND id > ? AND (session_id <> 0 OR token_hash IS NOT NULL) ORDER BY id LIMIT ?`)
	sqlDeviceSession = sqldb.Register(sqldb.ForReading, `
SELECT session_id FROM devices WHERE id = ?`)
	sqlUnusedDevices = sqldb.Register(sqldb.ForReading, `
SELECT id, user_id FROM devices WHERE session_id = 0 AND used_at < ? ORDER BY id LIMIT ?`)
	sqlForgetDevice = sqldb.Register(sqldb.ForWriting, `
DELETE FROM devices WHERE id = ? AND session_id = 0 AND used_at < ?`)
	sqlForgetAddresses = sqldb.Register(sqldb.ForWriting, `
DELETE FROM known_addresses WHERE user_id = ? AND seen_at < ?`)
	sqlDropToken = sqldb.Register(sqldb.ForWriting, `
UPDATE devices SET token_hash = NULL WHERE id = ? AND user_id = ? AND session_id = ?`)
)

// TokenHash implements chat.Devices.
func (s *Store) TokenHash(ctx context.Context, user chat.UserID, device string) ([]byte, error) {
	var hash []byte
	err := s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlTokenHash, user, device)
		if r != nil {
			hash = r.Blob(0)
		}
		return err
	})
	return hash, err
}

// OpenSession implements chat.Sessions. The same opening again, after an unknown
// outcome, is answered as the first would have been.
func (s *Store) OpenSession(ctx context.Context, o chat.Opening) (chat.Opened, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Opened, error) { return tx.openSession(o) })
}

// openSession locks the device's row and then the user's, as everything does that
// touches both. Only for a device that is not there yet the user's comes first, so that
// of two first logins with one name the second finds what the first has made.
func (tx *transaction) openSession(o chat.Opening) (chat.Opened, error) {
	if o.Leased {
		if err := tx.holdNode(o.Node); err != nil {
			return chat.Opened{}, err
		}
	}
	d, err := tx.deviceNamed(o)
	if err != nil {
		return chat.Opened{}, err
	}
	before, err := tx.presence(o.User)
	if err == nil && d == nil {
		d, err = tx.deviceNamed(o)
	}
	if err != nil {
		return chat.Opened{}, err
	}
	if err := stillProved(o, before, d); err != nil {
		return chat.Opened{}, err
	}
	if err := tx.noteAddress(o); err != nil {
		return chat.Opened{}, err
	}
	opened, err := tx.takeDevice(o, d)
	if err != nil {
		return chat.Opened{}, err
	}
	opened.PresenceNo, opened.JournalNo = before.no, before.journalNo
	if opened.NewDevice {
		if err := tx.makeRoom(o, &opened); err != nil {
			return chat.Opened{}, err
		}
	}
	if opened.Replaced != 0 {
		if opened.JournalNo, err = tx.tellUser(o.User, noticeRow{
			What: chat.TakenOver, SubjectID: int64(o.User), OwnerID: int64(o.User),
			DeviceID: int64(opened.Device), Number: int64(opened.Replaced),
		}); err != nil {
			return chat.Opened{}, err
		}
	}
	// Told again after an unknown outcome: nobody may have heard it the first time.
	opened.CameOnline = before.sessions == 0 || d != nil && d.SessionID == int64(o.Session)
	if before.sessions > 0 {
		return opened, nil
	}
	opened.PresenceNo++
	_, err = tx.Exec(sqlMovePresence, o.User)
	return opened, err
}

// stillProved holds what a login was checked against before to what stands there now: a
// change of password between the two must not be outrun.
func stillProved(o chat.Opening, now presence, d *deviceRow) error {
	switch {
	case now.disabled:
		return chat.E(wire.Disabled)
	case o.PasswordHash != "" && o.PasswordHash != now.password,
		o.Token != nil && (d == nil || !bytes.Equal(o.Token, d.TokenHash)):
		return chat.E(wire.BadCredentials)
	}
	return nil
}

// deviceNamed locks the row of the device that wants in; nil if there is none.
func (tx *transaction) deviceNamed(o chat.Opening) (*deviceRow, error) {
	r, err := tx.One(sqlDeviceByName, o.User, o.Device)
	if err != nil || r == nil {
		return nil, err
	}
	d := &deviceRow{}
	d.readState(r)
	return d, nil
}

// takeDevice makes o.Session the one session of a device, which it makes if was is nil.
func (tx *transaction) takeDevice(o chat.Opening, was *deviceRow) (chat.Opened, error) {
	d := deviceRow{
		UserID: int64(o.User), Name: o.Device, SessionID: int64(o.Session), NodeID: int64(o.Node),
		UsedAt: o.At.UnixMilli(), TokenHash: o.TokenHash, Label: o.Label, Address: o.Address,
	}
	if was == nil {
		if err := tx.countDevice(o); err != nil {
			return chat.Opened{}, err
		}
		if err := d.insert(tx.Link); err != nil {
			return chat.Opened{}, err
		}
		_, err := tx.Exec(sqlCopyCursors, d.ID, o.User)
		return chat.Opened{NewDevice: true, Device: chat.DeviceID(d.ID)}, err
	}
	opened := chat.Opened{Device: chat.DeviceID(was.ID), LastSendSeq: was.LastSendSeq}
	if was.SessionID != 0 && was.SessionID != int64(o.Session) {
		if o.Device == "" {
			return opened, chat.E(wire.AlreadyOnline)
		}
		opened.Replaced, opened.ReplacedAt = chat.SessionID(was.SessionID), chat.NodeID(was.NodeID)
	}
	n, err := tx.Exec(sqlTakeDevice, o.Session, o.Node, d.UsedAt, d.token(), d.Label, d.Address, was.ID, was.SessionID)
	if err == nil && n == 0 && opened.Replaced != 0 { // (a repeat may change nothing)
		err = chat.E(wire.AlreadyOnline) // another login was faster
	}
	return opened, err
}

// presence is a user's, and by how many sessions.
type presence struct {
	name      string
	no        int64
	journalNo int64
	password  string
	disabled  bool
	erased    bool // disabled is set as well
	sessions  int64
}

// presence locks the user's row.
func (tx *transaction) presence(user chat.UserID) (presence, error) {
	r, err := tx.One(sqlPresence, user)
	if err != nil {
		return presence{}, err
	}
	if r == nil {
		return presence{}, chat.E(wire.NoSuchUser)
	}
	p := presence{name: r.Text(0), no: r.Num(1), journalNo: r.Num(2), password: r.Text(3), disabled: r.Yes(4), erased: r.Num(4) == accountErased}
	r, err = tx.One(sqlSessionCount, user)
	if err != nil {
		return presence{}, err
	}
	p.sessions = r.Num(0)
	return p, nil
}

// CloseSession implements chat.Sessions.
func (s *Store) CloseSession(ctx context.Context, c chat.Closing) (chat.PresenceMove, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.PresenceMove, error) {
		if c.Device == 0 {
			r, err := tx.One(sqlDeviceBySession, c.User, c.Session)
			if err != nil {
				return chat.PresenceMove{}, err
			}
			if r != nil {
				c.Device = chat.DeviceID(r.Num(0))
			}
		}
		if c.Session == 0 {
			return chat.PresenceMove{User: c.User}, nil
		}
		n, err := tx.Exec(sqlFreeDevice, c.At, c.Device, c.User, c.Session)
		if err != nil {
			return chat.PresenceMove{}, err
		}
		return tx.moveOffline(c.User, n > 0)
	})
}

// moveOffline moves the presence number if a session ended and it was the last.
func (tx *transaction) moveOffline(user chat.UserID, ended bool) (chat.PresenceMove, error) {
	p, err := tx.presence(user)
	if err != nil {
		return chat.PresenceMove{}, err
	}
	m := chat.PresenceMove{User: user, Name: p.name, No: p.no, Online: p.sessions > 0}
	if !ended || m.Online {
		return m, nil
	}
	m.No, m.Changed = m.No+1, true
	_, err = tx.Exec(sqlMovePresence, user)
	return m, err
}

// DropToken implements chat.Devices.
func (s *Store) DropToken(ctx context.Context, c chat.Closing) error {
	_, err := write(ctx, s, inOrder, func(tx *transaction) (int64, error) {
		// MySQL counts a token that is gone already as no change: nobody asks how many.
		return tx.Exec(sqlDropToken, c.Device, c.User, c.Session)
	})
	return err
}

// FreeSessions implements chat.Sessions.
func (s *Store) FreeSessions(ctx context.Context, node chat.NodeID, limit int) ([]chat.PresenceMove, bool, error) {
	more := false
	moves, err := write(ctx, s, inOrder, func(tx *transaction) (moves []chat.PresenceMove, err error) {
		var users []chat.UserID
		err = tx.Query(sqlUsersOnNode, func(r sqldb.Row) bool {
			users = append(users, chat.UserID(r.Num(0)))
			return true
		}, node, node, limit)
		if err != nil {
			return nil, err
		}
		more = len(users) == limit
		for _, u := range users {
			n, err := tx.Exec(sqlFreeUserOnNode, tx.at, u, node, node)
			if err != nil {
				return nil, err
			}
			m, err := tx.moveOffline(u, n > 0)
			if err != nil {
				return nil, err
			}
			if m.Changed {
				moves = append(moves, m)
			}
		}
		return moves, nil
	})
	return moves, more, err
}

// Devices implements chat.Devices.
func (s *Store) Devices(ctx context.Context, user chat.UserID, after chat.DeviceID, limit int) ([]chat.DeviceState, error) {
	var list []chat.DeviceState
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlDevices, func(r sqldb.Row) bool {
			list = append(list, chat.DeviceState{
				ID: chat.DeviceID(r.Num(0)), Name: r.Text(1), Online: r.Num(2) != 0, UsedAt: r.When(3), Label: r.Text(4), Address: r.Text(5),
			})
			return true
		}, user, after, limit)
	})
	return list, err
}

// DeviceSession implements chat.Sessions.
func (s *Store) DeviceSession(ctx context.Context, device chat.DeviceID) (session chat.SessionID, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlDeviceSession, device)
		if r != nil {
			session = chat.SessionID(r.Num(0))
		}
		return err
	})
	return session, err
}

// ForgetDevices implements chat.Upkeep. It looks for them before it asks the
// committer, which therefore is not held up by a long search.
func (s *Store) ForgetDevices(ctx context.Context, t time.Time, limit int) (int, error) {
	var unused []deviceRow
	err := s.read(ctx, func(l *sqldb.Link) error {
		return l.Query(sqlUnusedDevices, func(r sqldb.Row) bool {
			unused = append(unused, deviceRow{ID: r.Num(0), UserID: r.Num(1)})
			return true
		}, t, limit)
	})
	if err != nil || len(unused) == 0 {
		return 0, err
	}
	return write(ctx, s, inOrder, func(tx *transaction) (int, error) {
		forgotten := 0
		for _, d := range unused {
			n, err := tx.Exec(sqlForgetDevice, d.ID, t)
			if err != nil {
				return 0, err
			}
			if n == 0 {
				continue // used since
			}
			if _, err := tx.Exec(sqlKeepCursors, d.UserID, d.ID); err != nil {
				return 0, err
			}
			if _, err := tx.Exec(sqlDropCursors, d.UserID, d.ID); err != nil {
				return 0, err
			}
			if _, err := tx.Exec(sqlDropDeviceChanges, d.ID); err != nil {
				return 0, err
			}
			if _, err := tx.Exec(sqlForgetAddresses, d.UserID, t); err != nil {
				return 0, err
			}
			forgotten++
		}
		return forgotten, nil
	})
}
