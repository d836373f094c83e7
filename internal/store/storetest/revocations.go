package storetest

import (
	"bytes"
	"fmt"

	"parley/internal/chat"
	"parley/wire"
)

// withToken logs a device in by a password and gives it a token.
func (b *bench) withToken(user chat.UserID, device string, session chat.SessionID, token string) login {
	b.Helper()
	o, err := b.s.OpenSession(b.ctx, chat.Opening{
		User: user, Device: device, Session: session, Node: 1, At: at, TokenHash: []byte(token),
	})
	b.must(err)
	return login{user, o.Device, session, o}
}

func (b *bench) devices(user chat.UserID) string {
	b.Helper()
	list, err := b.s.Devices(b.ctx, user, 0, 100)
	b.must(err)
	text := ""
	for _, d := range list {
		text += fmt.Sprintf("%s %v;", d.Name, d.Online)
		if !d.UsedAt.Equal(at) {
			b.Fatalf("%s was used at %v", d.Name, d.UsedAt)
		}
	}
	return text
}

func (b *bench) token(user chat.UserID, device string) string {
	b.Helper()
	hash, err := b.s.TokenHash(b.ctx, user, device)
	b.must(err)
	return string(hash)
}

var revocationTests = map[string]func(*bench){
	"what a device says of itself": func(b *bench) {
		u := b.user()
		login := func(session chat.SessionID, label, address string) {
			b.Helper()
			_, err := b.s.OpenSession(b.ctx, chat.Opening{
				User: u, Device: "phone", Session: session, Node: 1, At: at, TokenHash: []byte("t"), Label: label, Address: address,
			})
			b.must(err)
			list, err := b.s.Devices(b.ctx, u, 0, 10)
			b.must(err)
			same(b, "devices", len(list), 1)
			same(b, "label", list[0].Label, label)
			same(b, "address", list[0].Address, address)
		}
		login(1, "浏览器 on Linux 🐧", "2001:db8::1")
		login(2, "Firefox on Linux", "192.0.2.7") // the last login counts
		login(3, "", "")
	},
	"a change of password": func(b *bench) {
		u := b.user()
		phone, desk := b.withToken(u, "phone", 1, "p"), b.withToken(u, "desk", 2, "d")
		b.close(b.withToken(u, "old", 3, "o"))
		b.close(b.open(u, "never", 4)) // no token, no session: nothing to revoke
		same(b, "devices", b.devices(u), "phone true;desk true;old false;")
		was, err := b.s.Account(b.ctx, u)
		b.must(err)
		done, err := b.s.Revoke(b.ctx, chat.Revocation{
			User: u, PasswordHash: "new", PasswordWas: was.PasswordHash, Keep: 2, KeepToken: []byte("d2"),
		})
		b.must(err)
		same(b, "sessions", len(done.Sessions), 1)
		same(b, "session", done.Sessions[0], chat.RevokedSession{
			No: 1, Takeover: chat.Takeover{Device: phone.device, Session: 1, Revoked: true},
		})
		same(b, "still online", done.Move, chat.PresenceMove{User: u, Name: "user 1", No: 1, Online: true})
		same(b, "devices left", b.devices(u), "desk true;")
		same(b, "the one that stays", b.token(u, "desk"), "d2")
		acc, err := b.s.Account(b.ctx, u)
		b.must(err)
		same(b, "hash", acc.PasswordHash, "new")
		journal, err := b.s.JournalPage(b.ctx, chat.Topic{User: u}, 0, 10)
		b.must(err)
		same(b, "journal", fmt.Sprint(journal), fmt.Sprint([]chat.JournalEntry{
			{No: 1, What: chat.WasRevoked, User: u, Owner: u, Device: phone.device, Number: 1},
		}))
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u, PasswordHash: "x", PasswordWas: was.PasswordHash, Keep: 2})
		b.wants(wire.BadCredentials, err)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u, PasswordHash: "x", Keep: 1})
		b.wants(wire.SessionEnded, err)
		acc, err = b.s.Account(b.ctx, u)
		b.must(err)
		same(b, "hash after refusals", acc.PasswordHash, "new")
		same(b, "token after refusals", b.token(u, "desk"), "d2")
		b.close(desk)
	},
	"a revoked session appends nothing": func(b *bench) {
		x, _, h := b.pair()
		b.stored(x.send(h, 1, "one"))
		_, err := b.s.Revoke(b.ctx, chat.Revocation{User: x.user, Device: x.device})
		b.must(err)
		if err := b.append(x.send(h, 2, "two")).Err; err == nil {
			b.Fatal("a revoked session appended")
		}
		again := b.open(x.user, "", 9)
		same(b, "last_send_seq", again.opened.LastSendSeq, 1)
	},
	"one device": func(b *bench) {
		u, other := b.user(), b.user()
		b.withToken(u, "phone", 1, "p")
		desk := b.withToken(u, "desk", 2, "d")
		foreign := b.withToken(other, "phone", 3, "p")
		done, err := b.s.Revoke(b.ctx, chat.Revocation{User: u, Device: desk.device})
		b.must(err)
		same(b, "sessions", len(done.Sessions), 1)
		same(b, "devices", b.devices(u), "phone true;")
		for _, id := range []chat.DeviceID{desk.device, foreign.device, 1 << 40} {
			_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u, Device: id})
			b.wants(wire.NoSuchSession, err)
		}
		same(b, "the other user's", b.devices(other), "phone true;")
	},
	"all that is logged in": func(b *bench) {
		u := b.user()
		b.withToken(u, "phone", 1, "p")
		b.withToken(u, "desk", 2, "d")
		done, err := b.s.Revoke(b.ctx, chat.Revocation{User: u, PasswordHash: "reset"})
		b.must(err)
		same(b, "sessions", len(done.Sessions), 2)
		same(b, "offline", done.Move, chat.PresenceMove{User: u, Name: "user 1", No: 2, Changed: true})
		same(b, "devices", b.devices(u), "")
		done, err = b.s.Revoke(b.ctx, chat.Revocation{User: u})
		b.must(err)
		same(b, "nothing is left", len(done.Sessions), 0)
		same(b, "and nobody goes offline", done.Move.Changed, false)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u + 1, PasswordHash: "x"})
		b.wants(wire.NoSuchUser, err)
	},
	"disabled": func(b *bench) {
		u := b.user()
		b.withToken(u, "phone", 1, "p")
		_, err := b.s.Revoke(b.ctx, chat.Revocation{User: u, Disable: true})
		b.must(err)
		acc, err := b.s.Account(b.ctx, u)
		b.must(err)
		same(b, "disabled", acc.Disabled, true)
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: u, Session: 2, Node: 1, At: at})
		b.wants(wire.Disabled, err)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u, Enable: true})
		b.must(err)
		b.open(u, "", 2)
	},
	"a login that was checked before": func(b *bench) {
		u := b.user()
		l := b.withToken(u, "phone", 1, "p")
		b.close(l)
		opening := chat.Opening{User: u, Device: "phone", Session: 2, Node: 1, At: at}
		for what, change := range map[string]func(*chat.Opening){
			"another hash":  func(o *chat.Opening) { o.PasswordHash = "another" },
			"another token": func(o *chat.Opening) { o.Token = []byte("q") },
			"a token of a device that is none": func(o *chat.Opening) {
				o.Device, o.Token = "desk", []byte("p")
			},
		} {
			o := opening
			change(&o)
			if _, err := b.s.OpenSession(b.ctx, o); chat.AsError(err).Code != wire.BadCredentials {
				b.Fatalf("%s: %v", what, err)
			}
		}
		opening.PasswordHash, opening.Token = "hash of user 1", []byte("p")
		_, err := b.s.OpenSession(b.ctx, opening)
		b.must(err)
	},
	"of first logins and a change of password at once, none stays": func(b *bench) {
		for round := range 20 {
			u := b.user()
			acc, err := b.s.Account(b.ctx, u)
			b.must(err)
			errs := make(chan error)
			for i := range 4 {
				go func() {
					_, err := b.s.OpenSession(b.ctx, chat.Opening{
						User: u, Device: fmt.Sprint(i), Session: chat.SessionID(100*round + i + 1), Node: 1, At: at,
						PasswordHash: acc.PasswordHash, TokenHash: []byte("t"),
					})
					if err != nil && chat.AsError(err).Code == wire.BadCredentials {
						err = nil
					}
					errs <- err
				}()
			}
			_, err = b.s.Revoke(b.ctx, chat.Revocation{User: u, PasswordHash: "new"})
			for range 4 {
				if e := <-errs; e != nil && err == nil {
					err = e
				}
			}
			if err != nil {
				b.Fatalf("%v", err)
			}
			same(b, "devices", b.devices(u), "")
		}
	},
	"a hash at today's cost": func(b *bench) {
		u := b.user()
		b.must(b.s.UpgradeHash(b.ctx, u, "not this", "x"))
		b.must(b.s.UpgradeHash(b.ctx, u, "hash of user 1", "better"))
		acc, err := b.s.Account(b.ctx, u)
		b.must(err)
		same(b, "hash", acc.PasswordHash, "better")
		same(b, "token", bytes.Equal([]byte(b.token(u, "none")), nil), true)
	},
}
