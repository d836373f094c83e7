package memstore

import (
	"bytes"
	"context"
	"slices"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// TokenHash implements chat.Devices.
func (s *Store) TokenHash(ctx context.Context, u chat.UserID, name string) (hash []byte, err error) {
	err = s.read(ctx, func(d *Database) error {
		if v := d.deviceNamed(d.user(u), name); v != nil {
			hash = bytes.Clone(v.token)
		}
		return nil
	})
	return hash, err
}

// addressSlots is how many addresses are remembered of a user.
const addressSlots = 16

// KnownAddress implements chat.Devices.
func (s *Store) KnownAddress(ctx context.Context, u chat.UserID, address string, since time.Time) (known bool, err error) {
	err = s.read(ctx, func(d *Database) error {
		if v := d.user(u); v != nil {
			at, seen := v.addresses[address]
			known = seen && !at.Before(since)
		}
		return nil
	})
	return known, err
}

// DropToken implements chat.Devices.
func (s *Store) DropToken(ctx context.Context, c chat.Closing) error {
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		if v := tx.device(c.Device); v != nil && v.user.ID == c.User && v.session == c.Session {
			v.token = nil
		}
		return struct{}{}, nil
	})
	return err
}

// OpenSession implements chat.Sessions.
func (s *Store) OpenSession(ctx context.Context, o chat.Opening) (chat.Opened, error) {
	return write(ctx, s, func(tx *transaction) (chat.Opened, error) { return tx.openSession(o) })
}

func (tx *transaction) openSession(o chat.Opening) (chat.Opened, error) {
	u, err := tx.admit(o)
	if err != nil {
		return chat.Opened{}, err
	}
	before := u.sessions()
	opened := chat.Opened{CameOnline: before == 0}
	v := tx.deviceNamed(u, o.Device)
	switch {
	case v == nil:
		if err := u.countDevice(o); err != nil {
			return chat.Opened{}, err
		}
		opened.NewDevice = true
		v = tx.newDevice(u, o.Device)
	case v.session == o.Session:
		opened.CameOnline = true
	case v.session != 0 && o.Device == "":
		return chat.Opened{}, chat.E(wire.AlreadyOnline)
	default:
		opened.Replaced = v.session
		if v.session != 0 {
			opened.ReplacedAt = v.node
		}
	}
	u.noteAddress(o)
	v.session, v.node, v.used = o.Session, o.Node, o.At
	v.label, v.address = o.Label, o.Address
	if o.TokenHash != nil {
		v.token = bytes.Clone(o.TokenHash)
	}
	if before == 0 {
		u.movePresence()
	}
	if opened.Replaced != 0 {
		u.tell(chat.JournalEntry{What: chat.TakenOver, User: u.ID, Owner: u.ID, Device: v.id, Number: int64(opened.Replaced)})
	}
	if opened.NewDevice {
		tx.makeRoom(u, v, o, &opened)
	}
	opened.JournalNo = u.journal.no
	opened.Device, opened.LastSendSeq, opened.PresenceNo = v.id, v.last, u.presence
	return opened, nil
}

// admit returns the user who may open a session.
func (tx *transaction) admit(o chat.Opening) (*user, error) {
	u := tx.user(o.User)
	if u == nil {
		return nil, chat.E(wire.NoSuchUser)
	}
	if o.Leased && !tx.alive(o.Node) {
		return nil, chat.ErrNoLease()
	}
	if u.disabled {
		return nil, chat.E(wire.Disabled)
	}
	if d := tx.deviceNamed(u, o.Device); o.PasswordHash != "" && o.PasswordHash != u.hash ||
		o.Token != nil && (d == nil || !bytes.Equal(o.Token, d.token)) {
		return nil, chat.E(wire.BadCredentials)
	}
	return u, nil
}

// noteAddress remembers where a user logs in from.
func (u *user) noteAddress(o chat.Opening) {
	if o.From == "" {
		return
	}
	if u.addresses == nil {
		u.addresses = make(map[string]time.Time)
	}
	u.addresses[o.From] = o.At
	for len(u.addresses) > addressSlots {
		oldest := o.From
		for a, at := range u.addresses {
			if at.Before(u.addresses[oldest]) {
				oldest = a
			}
		}
		delete(u.addresses, oldest)
	}
}

// newDevice makes a device that starts where the user's furthest one is.
func (tx *transaction) newDevice(u *user, name string) *device {
	v := &device{id: chat.DeviceID(len(tx.devices) + 1), user: u, name: name, start: map[chat.ConvID]int64{}}
	tx.devices = append(tx.devices, v)
	for _, c := range u.convs {
		seq := tx.cursors[cursorKey{u.ID, c.ID, -1}]
		for _, other := range u.devices {
			seq = max(seq, tx.cursors[cursorKey{u.ID, c.ID, other.id}])
		}
		if seq > 0 {
			tx.cursors[cursorKey{u.ID, c.ID, v.id}], v.start[c.ID] = seq, seq
		}
	}
	u.devices = append(u.devices, v)
	return v
}

// CloseSession implements chat.Sessions.
func (s *Store) CloseSession(ctx context.Context, c chat.Closing) (chat.PresenceMove, error) {
	return write(ctx, s, func(tx *transaction) (chat.PresenceMove, error) {
		u := tx.user(c.User)
		if u == nil {
			return chat.PresenceMove{}, chat.E(wire.NoSuchUser)
		}
		ended := false
		for _, v := range u.devices {
			if c.Session != 0 && v.session == c.Session && (c.Device == 0 || c.Device == v.id) {
				v.session, v.node, v.used, ended = 0, 0, c.At, true
			}
		}
		return u.moveOffline(ended), nil
	})
}

// moveOffline moves the presence number if a session ended and it was the last.
func (u *user) moveOffline(ended bool) chat.PresenceMove {
	m := chat.PresenceMove{User: u.ID, Name: u.Name, No: u.presence, Online: u.sessions() > 0}
	if ended && !m.Online {
		u.movePresence()
		m.No, m.Changed = u.presence, true
	}
	return m
}

func (u *user) movePresence() {
	u.presence++
	u.changed = time.Now()
}

// FreeSessions implements chat.Sessions.
func (s *Store) FreeSessions(ctx context.Context, node chat.NodeID, limit int) (_ []chat.PresenceMove, more bool, _ error) {
	moves, err := write(ctx, s, func(tx *transaction) (moves []chat.PresenceMove, err error) {
		freed := 0
		for _, u := range tx.users {
			ended := false
			if freed == limit {
				break
			}
			for _, v := range u.devices {
				if v.session != 0 && (node == 0 || v.node == node) {
					v.session, v.node, v.used, ended = 0, 0, tx.at, true
				}
			}
			if m := u.moveOffline(ended); m.Changed {
				moves = append(moves, m)
			}
			if ended {
				freed++
			}
		}
		more = freed == limit
		return moves, nil
	})
	return moves, more, err
}

// Devices implements chat.Devices.
func (s *Store) Devices(ctx context.Context, id chat.UserID, after chat.DeviceID, limit int) (list []chat.DeviceState, err error) {
	err = s.read(ctx, func(d *Database) error {
		u := d.user(id)
		if u == nil {
			return nil
		}
		for _, v := range u.devices {
			if v.id > after && len(list) < limit && (v.session != 0 || v.token != nil) {
				list = append(list, chat.DeviceState{ID: v.id, Name: v.name, Online: v.session != 0, UsedAt: v.used, Label: v.label, Address: v.address})
			}
		}
		return nil
	})
	return list, err
}

// UpgradeHash implements chat.Users.
func (s *Store) UpgradeHash(ctx context.Context, id chat.UserID, was, hash string) error {
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		if u := tx.user(id); u != nil && u.hash == was {
			u.hash = hash
		}
		return struct{}{}, nil
	})
	return err
}

// Revoke implements chat.Revocations.
func (s *Store) Revoke(ctx context.Context, r chat.Revocation) (chat.Revoked, error) {
	return write(ctx, s, func(tx *transaction) (chat.Revoked, error) { return tx.revoke(r) })
}

func (tx *transaction) revoke(r chat.Revocation) (done chat.Revoked, err error) {
	u := tx.user(r.User)
	switch {
	case u == nil:
		return done, chat.E(wire.NoSuchUser)
	case r.PasswordWas != "" && r.PasswordWas != u.hash:
		return done, chat.E(wire.BadCredentials)
	case r.Keep != 0 && !slices.ContainsFunc(u.devices, func(v *device) bool { return v.session == r.Keep }):
		return done, chat.E(wire.SessionEnded)
	}
	found := r.Device == 0
	for _, v := range u.devices {
		switch {
		case r.Keep != 0 && v.session == r.Keep:
			v.token = bytes.Clone(r.KeepToken)
		case r.Device != 0 && v.id != r.Device, v.session == 0 && v.token == nil:
		default:
			found = true
			u.revokeDevice(v, &done)
		}
	}
	if !found {
		return done, chat.E(wire.NoSuchSession)
	}
	if r.PasswordHash != "" {
		u.hash = r.PasswordHash
	}
	if r.Disable || r.Enable {
		tx.disable(u, r.Disable)
		done.Heirs, done.MoreAfter = tx.handOver(u.ID, 0, chat.HandedOverAtOnce)
	}
	done.Name = u.Name
	done.Move = u.moveOffline(len(done.Sessions) > 0)
	return done, nil
}

func (tx *transaction) disable(u *user, disabled bool) {
	if u.disabled != disabled {
		u.disabled = disabled
		tx.raiseDirect(u)
	}
}

// revokeDevice takes a device's token, and its session if there is one.
func (u *user) revokeDevice(v *device, done *chat.Revoked) {
	if v.session != 0 {
		no := u.tell(chat.JournalEntry{What: chat.WasRevoked, User: u.ID, Owner: u.ID, Device: v.id, Number: int64(v.session)})
		done.Sessions = append(done.Sessions, chat.RevokedSession{
			No: no, Takeover: chat.Takeover{Device: v.id, Session: v.session, Revoked: true},
		})
	}
	v.session, v.node, v.token = 0, 0, nil
}

// DeviceSession implements chat.Sessions.
func (s *Store) DeviceSession(ctx context.Context, id chat.DeviceID) (session chat.SessionID, err error) {
	err = s.read(ctx, func(d *Database) error {
		if v := d.device(id); v != nil {
			session = v.session
		}
		return nil
	})
	return session, err
}

// forget drops the i-th device. What it had seen stays seen.
func (tx *transaction) forget(i int) {
	v := tx.devices[i]
	tx.devices[i] = nil
	for j, other := range v.user.devices {
		if other == v {
			v.user.devices = append(v.user.devices[:j:j], v.user.devices[j+1:]...)
			break
		}
	}
	for _, c := range v.user.convs {
		mine, kept := cursorKey{v.user.ID, c.ID, v.id}, cursorKey{v.user.ID, c.ID, -1}
		tx.cursors[kept] = max(tx.cursors[kept], tx.cursors[mine])
		delete(tx.cursors, mine)
	}
}

// SaveDelivered implements chat.Cursors.
func (s *Store) SaveDelivered(ctx context.Context, cursors []chat.Cursor) error {
	if len(cursors) == 0 {
		return nil
	}
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		for _, c := range cursors {
			key := cursorKey{c.User, c.Conv, c.Device}
			if tx.device(c.Device) != nil && c.Seq > tx.cursors[key] {
				tx.cursors[key] = c.Seq
				tx.moved(Moved{c, tx.device(c.Device).name, tx.device(c.Device).start[c.Conv]})
			}
		}
		return struct{}{}, nil
	})
	return err
}

// SaveRead implements chat.Cursors.
func (s *Store) SaveRead(ctx context.Context, u chat.UserID, v chat.DeviceID, id chat.ConvID, seq int64) (now, no int64, err error) {
	type position struct{ now, no int64 }
	p, err := write(ctx, s, func(tx *transaction) (p position, err error) {
		c := tx.conv(id)
		if c == nil {
			return p, chat.E(wire.NoConversation)
		}
		key := cursorKey{u, id, 0}
		if seq := min(seq, c.last()); seq > tx.cursors[key] {
			tx.cursors[key] = seq
			p.no = tx.user(u).tell(chat.JournalEntry{What: chat.HasRead, User: u, Owner: u, Conv: c.Conv, Device: v, Number: seq})
		}
		p.now = tx.cursors[key]
		return p, nil
	})
	return p.now, p.no, err
}
