package chat

import (
	"bytes"
	"context"

	"parley/wire"
)

type fakeInvite struct {
	RegistrationInvite
	hash []byte
}

func (f *fakeStore) AddRegistrationInvite(_ context.Context, i RegistrationInvite, hash []byte) (RegistrationInviteID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i.ID = RegistrationInviteID(len(f.invites) + 1)
	f.invites = append(f.invites, fakeInvite{i, hash})
	return i.ID, nil
}

func (f *fakeStore) FindRegistrationInvite(_ context.Context, hash []byte) (RegistrationInvite, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.invites {
		if bytes.Equal(i.hash, hash) {
			return i.RegistrationInvite, nil
		}
	}
	return RegistrationInvite{}, E(wire.BadRegistrationInvite)
}

func (f *fakeStore) CreateInvitedUser(ctx context.Context, name, key, passwordHash string, hash []byte) (UserID, error) {
	f.mu.Lock()
	lost := f.inviteLost
	f.mu.Unlock()
	if lost { // somebody else had the last use
		return 0, E(wire.BadRegistrationInvite)
	}
	id, err := f.CreateUser(ctx, name, key, passwordHash)
	f.mu.Lock()
	defer f.mu.Unlock()
	for n := range f.invites {
		if i := &f.invites[n]; err == nil && bytes.Equal(i.hash, hash) {
			i.Used++
			i.LastUser = id
		}
	}
	return id, err
}
