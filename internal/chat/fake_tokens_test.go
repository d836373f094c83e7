package chat

import (
	"context"
	"time"
)

func (f *fakeStore) KnownAddress(_ context.Context, user UserID, address string, since time.Time) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, known := f.addresses[user][address]
	return known && !at.Before(since), nil
}

func (f *fakeStore) DropToken(_ context.Context, c Closing) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := &f.devices[c.Device-1]; d.user == c.User && d.session == c.Session {
		d.token = nil
	}
	return nil
}

// Revoke ends nothing.
func (f *fakeStore) Revoke(_ context.Context, r Revocation) (Revoked, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.PasswordHash != "" {
		f.users[r.User-1].PasswordHash = r.PasswordHash
	}
	return Revoked{Name: f.users[r.User-1].Name}, nil
}

func (f *fakeStore) TokenHash(_ context.Context, user UserID, device string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id := f.device(user, device); id != 0 {
		return f.devices[id-1].token, nil
	}
	return nil, nil
}
