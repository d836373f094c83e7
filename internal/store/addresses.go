package store

import (
	"context"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlKnownAddresses = sqldb.Register(sqldb.ForReading, `
SELECT slot, address, seen_at FROM known_addresses WHERE user_id = ?`)
	sqlDropAddress = sqldb.Register(sqldb.ForWriting, `
DELETE FROM known_addresses WHERE user_id = ? AND slot = ?`)
	sqlPutAddress = sqldb.Register(sqldb.ForWriting, `
INSERT INTO known_addresses (user_id, slot, address, seen_at) VALUES (?, ?, ?, ?)`)
)

// knownAddressRow is one of the addresses that a user has logged in from lately.
type knownAddressRow struct {
	UserID  int64  `db:"user_id"`
	Slot    int64  `db:"slot"`
	Address string `db:"address"`
	SeenAt  int64  `db:"seen_at"`
}

const (
	// addressSlots is how many addresses are remembered of a user; a new one takes the
	// place of the one that was not seen for longest.
	addressSlots = 16
	// seenAgain is how old the last sight of an address must be to be noted anew, so that
	// most logins only read.
	seenAgain = time.Hour
)

// KnownAddress implements chat.Devices.
func (s *Store) KnownAddress(ctx context.Context, user chat.UserID, address string, since time.Time) (known bool, err error) {
	err = s.read(ctx, func(l *sqldb.Link) error {
		known = false
		return l.Query(sqlKnownAddresses, func(r sqldb.Row) bool {
			known = known || r.Text(1) == address && !r.When(2).Before(since)
			return true
		}, user)
	})
	return known, err
}

// noteAddress remembers where a user logs in from. The user's row is locked.
func (tx *transaction) noteAddress(o chat.Opening) error {
	if o.From == "" {
		return nil
	}
	var known []knownAddressRow
	if err := tx.Query(sqlKnownAddresses, func(r sqldb.Row) bool {
		known = append(known, knownAddressRow{Slot: r.Num(0), Address: r.Text(1), SeenAt: r.Num(2)})
		return true
	}, o.User); err != nil {
		return err
	}
	a := knownAddressRow{UserID: int64(o.User), Slot: slotFor(known, o.From), Address: o.From, SeenAt: o.At.UnixMilli()}
	for _, k := range known {
		if k.Slot != a.Slot {
			continue
		}
		if k.Address == a.Address && a.SeenAt-k.SeenAt < seenAgain.Milliseconds() {
			return nil
		}
		if _, err := tx.Exec(sqlDropAddress, a.UserID, a.Slot); err != nil {
			return err
		}
	}
	_, err := tx.Exec(sqlPutAddress, a.UserID, a.Slot, a.Address, a.SeenAt)
	return err
}

// slotFor is the address's own slot, or one that is free, or the one that was not seen for
// longest.
func slotFor(known []knownAddressRow, address string) int64 {
	var taken [addressSlots]bool
	oldest := knownAddressRow{}
	for i, k := range known {
		if k.Address == address {
			return k.Slot
		}
		if i == 0 || k.SeenAt < oldest.SeenAt {
			oldest = k
		}
		if k.Slot >= 0 && k.Slot < addressSlots {
			taken[k.Slot] = true
		}
	}
	for slot, is := range taken {
		if !is {
			return int64(slot)
		}
	}
	return oldest.Slot
}
