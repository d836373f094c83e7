package hub

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/internal/chat"
)

// maxNames bounds each of the two caches; what was not used for longest goes, and is read
// again.
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
	users   *simplelru.LRU[chat.UserID, string]
	devices *simplelru.LRU[chat.DeviceID, string]
}

func newNames(store nameSource) *names {
	n := &names{store: store}
	n.users, _ = simplelru.NewLRU[chat.UserID, string](maxNames, nil) // it refuses a size below 1 alone
	n.devices, _ = simplelru.NewLRU[chat.DeviceID, string](maxNames, nil)
	return n
}

// of returns the names that messages need: of their senders, and of the devices where
// the sender is owner (0: no devices).
func (n *names) of(ctx context.Context, ms []chat.Message, owner chat.UserID) (map[chat.UserID]string, map[chat.DeviceID]string, error) {
	users, devices := map[chat.UserID]string{}, map[chat.DeviceID]string{}
	var missingUsers []chat.UserID
	var missingDevices []chat.DeviceID
	n.mu.Lock()
	for i := range ms {
		m := &ms[i]
		if _, have := users[m.Sender]; !have {
			name, ok := n.users.Get(m.Sender)
			users[m.Sender] = name
			if !ok {
				missingUsers = append(missingUsers, m.Sender)
			}
		}
		if m.Sender != owner {
			continue
		}
		if _, have := devices[m.Device]; !have {
			name, ok := n.devices.Get(m.Device)
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
	if was, known := n.users.Peek(u.ID); known && was != u.Name && u.Name != "" {
		n.users.Add(u.ID, u.Name)
	}
}

func remember[K comparable](n *names, cache *simplelru.LRU[K, string], wanted, read map[K]string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for k, v := range read {
		cache.Add(k, v)
		wanted[k] = v
	}
}
