package hub

import (
	"context"
	"sync"

	"parley/internal/chat"
)

// maxNames bounds each of the two caches; an entry may go at any time and be read again.
// A device's name never changes, a user's only when the account is erased.
const maxNames = 100_000

// nameSource is where names are read.
type nameSource interface {
	UserNames(ctx context.Context, ids []chat.UserID) (map[chat.UserID]string, error)
	DeviceNames(ctx context.Context, ids []chat.DeviceID) (map[chat.DeviceID]string, error)
}

// names remembers the names of users and devices, for messages that come from the log.
type names struct {
	store nameSource

	mu      sync.Mutex
	users   map[chat.UserID]string
	devices map[chat.DeviceID]string
}

func newNames(store nameSource) *names {
	return &names{store: store, users: map[chat.UserID]string{}, devices: map[chat.DeviceID]string{}}
}

// of gives the names that messages need: of their senders, and of the devices where
// the sender is owner (0: no devices).
func (n *names) of(ctx context.Context, ms []chat.Message, owner chat.UserID) (map[chat.UserID]string, map[chat.DeviceID]string, error) {
	users, devices := map[chat.UserID]string{}, map[chat.DeviceID]string{}
	var missingUsers []chat.UserID
	var missingDevices []chat.DeviceID
	n.mu.Lock()
	for i := range ms {
		m := &ms[i]
		if _, have := users[m.Sender]; !have {
			name, ok := n.users[m.Sender]
			users[m.Sender] = name
			if !ok {
				missingUsers = append(missingUsers, m.Sender)
			}
		}
		if m.Sender != owner {
			continue
		}
		if _, have := devices[m.Device]; !have {
			name, ok := n.devices[m.Device]
			devices[m.Device] = name
			if !ok {
				missingDevices = append(missingDevices, m.Device)
			}
		}
	}
	n.mu.Unlock()
	if len(missingUsers) > 0 {
		read, err := n.store.UserNames(ctx, missingUsers)
		if err != nil {
			return nil, nil, err
		}
		remember(n, n.users, users, read)
	}
	if len(missingDevices) > 0 {
		read, err := n.store.DeviceNames(ctx, missingDevices)
		if err != nil {
			return nil, nil, err
		}
		remember(n, n.devices, devices, read)
	}
	return users, devices, nil
}

// correct puts a user's name right where it is remembered otherwise.
func (n *names) correct(u chat.User) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if was, known := n.users[u.ID]; known && was != u.Name && u.Name != "" {
		n.users[u.ID] = u.Name
	}
}

func remember[K comparable](n *names, cache, wanted, read map[K]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for k, v := range read {
		for old := range cache {
			if len(cache) < maxNames {
				break
			}
			delete(cache, old)
		}
		cache[k], wanted[k] = v, v
	}
}
