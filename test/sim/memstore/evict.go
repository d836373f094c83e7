package memstore

import (
	"cmp"
	"slices"

	"parley/internal/chat"
)

// evictedAtOnce is the store's.
const evictedAtOnce = 20

// countDevice counts a new device that has a name.
func (u *user) countDevice(o chat.Opening) error {
	if o.DevicesPerDay <= 0 || o.Device == "" {
		return nil
	}
	if day := o.At.Unix() / (24 * 60 * 60); u.day != day {
		u.day, u.made = day, 0
	}
	if u.made >= o.DevicesPerDay {
		return chat.ErrDevicesPerDay(o.DevicesPerDay)
	}
	u.made++
	return nil
}

// makeRoom forgets the longest unused devices beyond o.MaxDevices, but not the new one.
func (tx *transaction) makeRoom(u *user, fresh *device, o chat.Opening, opened *chat.Opened) {
	over := len(u.devices) - o.MaxDevices
	if o.MaxDevices <= 0 || over <= 0 {
		return
	}
	others := slices.DeleteFunc(slices.Clone(u.devices), func(v *device) bool { return v == fresh })
	online := func(v *device) int {
		if v.session != 0 {
			return 1
		}
		return 0
	}
	slices.SortFunc(others, func(a, b *device) int {
		return cmp.Or(cmp.Compare(online(a), online(b)), a.used.Compare(b.used), cmp.Compare(a.id, b.id))
	})
	for _, v := range others[:min(over, evictedAtOnce, len(others))] {
		if v.session != 0 {
			if opened.Evicted != nil {
				return
			}
			no := u.tell(chat.JournalEntry{What: chat.WasRevoked, User: u.ID, Owner: u.ID, Device: v.id, Number: int64(v.session)})
			opened.Evicted = &chat.RevokedSession{No: no, Takeover: chat.Takeover{Device: v.id, Session: v.session, Revoked: true}}
		}
		opened.Forgotten++
		tx.forget(slices.Index(tx.devices, v))
	}
}
