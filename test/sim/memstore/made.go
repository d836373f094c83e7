package memstore

import (
	"slices"

	"parley/internal/chat"
	"parley/wire"
)

// Made is a change that moved the rev of a conversation, with what was so at that moment.
type Made struct {
	chat.Change
	By      chat.UserID
	Device  chat.DeviceID
	SendSeq int64
	Rev     int64
	Leading bool // who made it looked after the group
	Barred  bool // who made it could not write there
}

func (tx *transaction) madeBy(a *chat.Append, c *conv) Made {
	m := Made{Change: *a.Change, By: a.Sender, Device: a.Device, SendSeq: a.SendSeq, Rev: a.Rev}
	if c.group == nil {
		m.Barred = tx.barred(c.Lo, c.Hi) != wire.OK
		return m
	}
	in := c.group.members[a.Sender]
	m.Barred = in == nil || in.left
	m.Leading = !m.Barred && in.role.Leads()
	return m
}

// Made are all changes of a conversation, as they were made.
func (d *Database) Made(c chat.ConvID) []Made {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.conv(c); v != nil {
		return slices.Clone(v.moves)
	}
	return nil
}

// Changed is what is kept of the changes of a conversation: its last rev, and the states by
// seq.
func (d *Database) Changed(c chat.ConvID) (lastRev int64, states []chat.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.conv(c); v != nil {
		return v.lastRev, v.pick(func(*chat.State) bool { return true }, seqOf)
	}
	return 0, nil
}

// Emoji are those that a user has on a message, in the order in which they came.
func (d *Database) Emoji(c chat.ConvID, seq int64, u chat.UserID) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.conv(c); v != nil {
		return v.mine(seq, u)
	}
	return nil
}

// DeviceNamed finds a device of a user; 0 if there is none of that name.
func (d *Database) DeviceNamed(u chat.UserID, name string) chat.DeviceID {
	d.mu.Lock()
	defer d.mu.Unlock()
	if v := d.deviceNamed(d.user(u), name); v != nil {
		return v.id
	}
	return 0
}

// Inside reports whether a user is in a conversation now.
func (d *Database) Inside(c chat.ConvID, u chat.UserID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.conv(c)
	if v == nil || v.group == nil {
		return v != nil && (v.Lo == u || v.Hi == u)
	}
	m := v.group.members[u]
	return m != nil && !m.left
}
