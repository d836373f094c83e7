package storetest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// hashOf is the hash of a code for which nobody needs to know the code.
func hashOf(code string) []byte {
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}

// invite adds an invitation that ends in a day.
func (b *bench) invite(code, name string, uses int64) chat.RegistrationInvite {
	b.Helper()
	i := chat.RegistrationInvite{Name: name, Note: "for " + code, Uses: uses, MadeAt: at, EndsAt: tomorrow()}
	id, err := b.invitations.AddRegistrationInvite(b.ctx, i, hashOf(code))
	b.must(err)
	i.ID = id
	return i
}

func tomorrow() time.Time { return time.Now().Add(24 * time.Hour).Truncate(time.Millisecond).UTC() }

// invited registers by a code.
func (b *bench) invited(code, name string) (chat.UserID, error) {
	return b.invitations.CreateInvitedUser(b.ctx, name, chat.NameKey(name), "hash of "+name, hashOf(code))
}

// uninvited registers without one.
func (b *bench) uninvited(name string) error {
	_, err := b.s.CreateUser(b.ctx, name, chat.NameKey(name), "x")
	return err
}

// used is how often a code was used.
func (b *bench) used(code string) int64 {
	b.Helper()
	i, err := b.invitations.FindRegistrationInvite(b.ctx, hashOf(code))
	b.must(err)
	return i.Used
}

var inviteTests = map[string]func(*bench){
	"stored and listed": func(b *bench) {
		want := make([]chat.RegistrationInvite, len(hostile))
		for n, text := range hostile {
			i := chat.RegistrationInvite{Note: text, Uses: int64(n + 1), MadeAt: at, EndsAt: tomorrow()}
			id, err := b.invitations.AddRegistrationInvite(b.ctx, i, hashOf(text))
			b.must(err)
			i.ID = id
			want[n] = i
			got, err := b.invitations.FindRegistrationInvite(b.ctx, hashOf(text))
			b.must(err)
			same(b, "found by its code", got, i)
		}
		named := b.invite("a name", "名前 Ä", 1)
		want = append(want, named)
		_, err := b.invitations.FindRegistrationInvite(b.ctx, hashOf("nobody's"))
		b.wants(wire.BadRegistrationInvite, err)
		first, err := b.invitations.RegistrationInvites(b.ctx, 0, 3)
		b.must(err)
		rest, err := b.invitations.RegistrationInvites(b.ctx, first[2].ID, 100)
		b.must(err)
		same(b, "in pages", append(first, rest...), want)
		was, err := b.invitations.RevokeRegistrationInvite(b.ctx, named.ID)
		b.must(err)
		same(b, "what was revoked", was, named)
		_, err = b.invitations.RevokeRegistrationInvite(b.ctx, named.ID)
		b.wants(wire.BadRegistrationInvite, err)
		_, err = b.invitations.FindRegistrationInvite(b.ctx, hashOf("a name"))
		b.wants(wire.BadRegistrationInvite, err)
		again := b.invite("another", "", 1)
		if again.ID <= named.ID {
			b.Errorf("number %d was given out again", again.ID)
		}
	},
	"used as often as it says": func(b *bench) {
		b.invite("two", "", 2)
		for _, name := range []string{"ann", "bob"} {
			id, err := b.invited("two", name)
			b.must(err)
			acc, err := b.s.Account(b.ctx, id)
			b.must(err)
			same(b, "account", acc, chat.Account{User: chat.User{ID: id, Name: name}, PasswordHash: "hash of " + name})
			i, err := b.invitations.FindRegistrationInvite(b.ctx, hashOf("two"))
			b.must(err)
			same(b, "last user", i.LastUser, id)
		}
		_, err := b.invited("two", "cat")
		b.wants(wire.BadRegistrationInvite, err)
		b.must(b.uninvited("cat")) // whose name was not taken by that
		_, err = b.invited("nobody's", "dan")
		b.wants(wire.BadRegistrationInvite, err)
		same(b, "uses", b.used("two"), 2)
	},
	"a registration that fails uses nothing": func(b *bench) {
		b.invite("one", "", 1)
		b.must(b.uninvited("Scope"))
		for _, name := range []string{"SCOPE", "ѕсоре"} { // taken, and like one that is
			_, err := b.invited("one", name)
			b.wants(wire.NameTaken, err)
		}
		same(b, "uses", b.used("one"), 0)
		_, err := b.invited("one", "ann")
		b.must(err)
	},
	"ended": func(b *bench) {
		i := chat.RegistrationInvite{Uses: 5, MadeAt: at, EndsAt: time.Now().Add(-time.Millisecond)}
		_, err := b.invitations.AddRegistrationInvite(b.ctx, i, hashOf("over"))
		b.must(err)
		_, err = b.invited("over", "ann")
		b.wants(wire.BadRegistrationInvite, err)
		same(b, "uses", b.used("over"), 0)
		// What has ended for long is forgotten when the next one is made.
		i.EndsAt = time.Now().Add(-chat.RegistrationInvitesForgotten - time.Minute)
		_, err = b.invitations.AddRegistrationInvite(b.ctx, i, hashOf("long over"))
		b.must(err)
		b.invite("new", "", 1)
		_, err = b.invitations.FindRegistrationInvite(b.ctx, hashOf("long over"))
		b.wants(wire.BadRegistrationInvite, err)
		same(b, "uses of what ended just now", b.used("over"), 0)
	},
	// Whatever runs at the same time: exactly so many accounts as uses.
	"many at once": func(b *bench) {
		const uses, people = 5, 30
		b.invite("five", "", uses)
		b.must(b.uninvited("taken"))
		errs := make(chan error)
		for i := range people {
			go func() {
				name := fmt.Sprint("person ", i)
				if i%3 == 0 {
					name = "taken"
				}
				_, err := b.invited("five", name)
				errs <- err
			}()
		}
		won := 0
		for range people {
			switch err := <-errs; chat.AsError(err) {
			case nil:
				won++
			default:
				if code := chat.AsError(err).Code; code != wire.BadRegistrationInvite && code != wire.NameTaken {
					b.Errorf("registering: %v", err)
				}
			}
		}
		same(b, "registrations that won", won, uses)
		same(b, "uses", b.used("five"), uses)
		users, err := b.s.ListUsers(b.ctx, 0, 100)
		b.must(err)
		same(b, "accounts", len(users), 1+uses)
	},
	"for a name": func(b *bench) {
		b.invite("hers", "Scope", 1)
		_, err := b.invited("hers", "ann")
		b.wants(wire.BadRegistrationInvite, err)
		for _, name := range []string{"scope", "SCOPE", "ѕсоре", "ЅСОРЕ"} {
			b.wants(wire.NameTaken, b.uninvited(name))
		}
		b.invite("any", "", 1)
		_, err = b.invited("any", "scope")
		b.wants(wire.NameTaken, err)
		for _, name := range []string{"scope", "ѕсоре"} { // nor a second time
			_, err = b.invitations.AddRegistrationInvite(b.ctx, chat.RegistrationInvite{Name: name, Uses: 1, EndsAt: tomorrow()}, hashOf("again"))
			b.wants(wire.NameTaken, err)
		}
		b.must(b.uninvited("Sc0pe")) // in ASCII, so it may be
		_, err = b.invited("hers", "SCOPE")
		b.must(err)
		_, err = b.invited("hers", "scope")
		b.wants(wire.NameTaken, err)
		_, err = b.invitations.AddRegistrationInvite(b.ctx, chat.RegistrationInvite{Name: "scope", Uses: 1, EndsAt: tomorrow()}, hashOf("late"))
		b.wants(wire.NameTaken, err)
		b.wants(wire.NameTaken, b.uninvited("ѕсоре"))
		got, err := b.s.LookAlikes(b.ctx, "ѕс0ре")
		b.must(err)
		same(b, "somebody holds the looks", len(got) > 0, true)
	},
	"a name is free again": func(b *bench) {
		revoked := b.invite("revoked", "ann", 1)
		_, err := b.invitations.RevokeRegistrationInvite(b.ctx, revoked.ID)
		b.must(err)
		b.must(b.uninvited("аnn")) // the first letter is Cyrillic
		over := chat.RegistrationInvite{Name: "bob", Uses: 1, EndsAt: time.Now().Add(-time.Millisecond)}
		_, err = b.invitations.AddRegistrationInvite(b.ctx, over, hashOf("over"))
		b.must(err)
		b.invite("instead", "bob", 1)
		b.wants(wire.NameTaken, b.uninvited("bob"))
		_, err = b.invited("over", "bob")
		b.wants(wire.BadRegistrationInvite, err)
		_, err = b.invited("instead", "bob")
		b.must(err)
		over.Name = "cat"
		_, err = b.invitations.AddRegistrationInvite(b.ctx, over, hashOf("over, too"))
		b.must(err)
		b.must(b.uninvited("cat"))
		b.wants(wire.NameTaken, b.uninvited("саt")) // it holds its looks
	},
	// Of an invitation for a name and a registration of the name, one comes first.
	"a name is kept or taken": func(b *bench) {
		for round := range 10 {
			name := fmt.Sprint("name ", round)
			kept, taken := make(chan error), make(chan error)
			go func() {
				_, err := b.invitations.AddRegistrationInvite(b.ctx, chat.RegistrationInvite{Name: name, Uses: 1, EndsAt: tomorrow()}, hashOf(name))
				kept <- err
			}()
			go func() { taken <- b.uninvited(name) }()
			first, second := <-kept, <-taken
			if (first == nil) == (second == nil) {
				b.Errorf("%s is kept: %v, is taken: %v", name, first, second)
			}
		}
	},
	"erased accounts leave no name": func(b *bench) {
		b.invite("hers", "ann", 1)
		id, err := b.invited("hers", "ann")
		b.must(err)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: id, Disable: true})
		b.must(err)
		b.must(b.erasures.EraseAccount(b.ctx, id, true))
		i, err := b.invitations.FindRegistrationInvite(b.ctx, hashOf("hers"))
		b.must(err)
		same(b, "name", i.Name, chat.DeletedName)
		same(b, "note", i.Note, "")
		b.must(b.uninvited("ann"))
	},
	"codes are told apart to the bit": func(b *bench) {
		b.invite("code", "", 1)
		for bit := range 256 {
			hash := bytes.Clone(hashOf("code"))
			hash[bit/8] ^= 1 << (bit % 8)
			_, err := b.invitations.FindRegistrationInvite(b.ctx, hash)
			b.wants(wire.BadRegistrationInvite, err)
		}
	},
}
