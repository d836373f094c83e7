package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// TokenHash implements chat.SessionStore.
func (s *Store) TokenHash(ctx context.Context, user chat.UserID, device string) ([]byte, error) {
	var hash []byte
	err := s.read(ctx, func(l *link) error {
		r, err := l.one(sqlTokenHash, user, device)
		if r != nil {
			hash = r.blob(0)
		}
		return err
	})
	return hash, err
}

// OpenSession implements chat.SessionStore. The same opening again, after an unknown
// outcome, is answered as the first would have been.
func (s *Store) OpenSession(ctx context.Context, o chat.Opening) (chat.Opened, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.Opened, error) { return tx.openSession(o) })
}

func (tx *transaction) openSession(o chat.Opening) (chat.Opened, error) {
	before, err := tx.presence(o.User)
	if err != nil {
		return chat.Opened{}, err
	}
	device, opened, err := tx.takeDevice(o)
	if err != nil {
		return chat.Opened{}, err
	}
	opened.Device = chat.DeviceID(device.ID)
	opened.LastSendSeq = device.LastSendSeq
	opened.PresenceNo = before.no
	// Told again after an unknown outcome: nobody may have heard it the first time.
	opened.CameOnline = before.sessions == 0 || device.SessionID == int64(o.Session) && !opened.NewDevice
	if before.sessions > 0 {
		return opened, nil
	}
	opened.PresenceNo++
	_, err = tx.exec(sqlMovePresence, o.User)
	return opened, err
}

// takeDevice makes o.Session the device's one session. The row it gives is as it was
// before.
func (tx *transaction) takeDevice(o chat.Opening) (deviceRow, chat.Opened, error) {
	var opened chat.Opened
	d := deviceRow{
		UserID: int64(o.User), Name: o.Device, SessionID: int64(o.Session), NodeID: int64(o.Node),
		UsedAt: o.At.UnixMilli(), TokenHash: o.TokenHash,
	}
	r, err := tx.one(sqlDeviceByName, o.User, o.Device)
	if err != nil {
		return d, opened, err
	}
	if r == nil {
		opened.NewDevice = true
		if err := d.insert(tx.link); err != nil {
			return d, opened, err
		}
		_, err := tx.exec(sqlCopyCursors, d.ID, o.User)
		return d, opened, err
	}
	d.readState(r)
	if d.SessionID != 0 && d.SessionID != int64(o.Session) {
		if o.Device == "" {
			return d, opened, chat.E(wire.AlreadyOnline)
		}
		opened.Replaced, opened.ReplacedAt = chat.SessionID(d.SessionID), chat.NodeID(d.NodeID)
	}
	n, err := tx.exec(sqlTakeDevice, o.Session, o.Node, d.UsedAt, d.token(), d.ID, d.SessionID)
	if err == nil && n == 0 {
		err = chat.E(wire.AlreadyOnline) // another login was faster
	}
	return d, opened, err
}

// presence is a user's, and by how many sessions.
type presence struct {
	name     string
	no       int64
	sessions int64
}

// presence locks the user's row.
func (tx *transaction) presence(user chat.UserID) (presence, error) {
	r, err := tx.one(sqlPresence, user)
	if err != nil {
		return presence{}, err
	}
	if r == nil {
		return presence{}, chat.E(wire.NoSuchUser)
	}
	p := presence{name: r.text(0), no: r.num(1)}
	r, err = tx.one(sqlSessionCount, user)
	if err != nil {
		return presence{}, err
	}
	p.sessions = r.num(0)
	return p, nil
}

// CloseSession implements chat.SessionStore.
func (s *Store) CloseSession(ctx context.Context, c chat.Closing) (chat.PresenceMove, error) {
	return write(ctx, s, inOrder, func(tx *transaction) (chat.PresenceMove, error) {
		if c.Device == 0 {
			r, err := tx.one(sqlDeviceBySession, c.User, c.Session)
			if err != nil {
				return chat.PresenceMove{}, err
			}
			if r != nil {
				c.Device = chat.DeviceID(r.num(0))
			}
		}
		if c.Session == 0 {
			return chat.PresenceMove{User: c.User}, nil
		}
		n, err := tx.exec(sqlFreeDevice, c.At, c.Device, c.User, c.Session)
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
	_, err = tx.exec(sqlMovePresence, user)
	return m, err
}

// FreeSessions implements chat.SessionStore.
func (s *Store) FreeSessions(ctx context.Context, node chat.NodeID) ([]chat.PresenceMove, error) {
	return write(ctx, s, inOrder, func(tx *transaction) ([]chat.PresenceMove, error) {
		var users []chat.UserID
		err := tx.query(sqlUsersOnNode, func(r row) bool {
			users = append(users, chat.UserID(r.num(0)))
			return true
		}, node, node)
		if err != nil {
			return nil, err
		}
		if _, err := tx.exec(sqlFreeNode, tx.at, node, node); err != nil {
			return nil, err
		}
		var moves []chat.PresenceMove
		for _, u := range users {
			m, err := tx.moveOffline(u, true)
			if err != nil {
				return nil, err
			}
			if m.Changed {
				moves = append(moves, m)
			}
		}
		return moves, nil
	})
}

// ForgetDevices implements chat.SessionStore. It looks for them before it asks the
// committer, which therefore is not held up by a long search.
func (s *Store) ForgetDevices(ctx context.Context, t time.Time, limit int) (int, error) {
	var unused []deviceRow
	err := s.read(ctx, func(l *link) error {
		return l.query(sqlUnusedDevices, func(r row) bool {
			unused = append(unused, deviceRow{ID: r.num(0), UserID: r.num(1)})
			return true
		}, t, limit)
	})
	if err != nil || len(unused) == 0 {
		return 0, err
	}
	return write(ctx, s, inOrder, func(tx *transaction) (int, error) {
		forgotten := 0
		for _, d := range unused {
			n, err := tx.exec(sqlForgetDevice, d.ID, t)
			if err != nil {
				return 0, err
			}
			if n == 0 {
				continue // used since
			}
			if _, err := tx.exec(sqlKeepCursors, d.UserID, d.ID); err != nil {
				return 0, err
			}
			if _, err := tx.exec(sqlDropCursors, d.UserID, d.ID); err != nil {
				return 0, err
			}
			forgotten++
		}
		return forgotten, nil
	})
}
