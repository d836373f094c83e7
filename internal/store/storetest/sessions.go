package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

var sessionTests = map[string]func(*bench){
	"nameless": func(b *bench) {
		u := b.user()
		l := b.open(u, "", 1)
		same(b, "opened", l.opened, chat.Opened{Device: l.device, NewDevice: true, PresenceNo: 1, CameOnline: true})
		_, err := b.s.OpenSession(b.ctx, chat.Opening{User: u, Session: 2, Node: 1, At: at})
		b.wants(wire.AlreadyOnline, err)
		same(b, "closed", b.close(l), chat.PresenceMove{User: u, Name: "user 1", No: 2, Changed: true})
		same(b, "closed again", b.close(l), chat.PresenceMove{User: u, Name: "user 1", No: 2})
		again := b.open(u, "", 2)
		same(b, "opened again", again.opened, chat.Opened{Device: l.device, PresenceNo: 3, CameOnline: true})
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: u + 1, Session: 2, Node: 1, At: at})
		b.wants(wire.NoSuchUser, err)
	},
	"of 50 nameless logins one wins": func(b *bench) {
		u := b.user()
		errs := make(chan error)
		for i := range 50 {
			go func() {
				_, err := b.s.OpenSession(b.ctx, chat.Opening{User: u, Session: chat.SessionID(i + 1), Node: 1, At: at})
				errs <- err
			}()
		}
		won := 0
		for range 50 {
			if err := <-errs; err == nil {
				won++
			} else {
				b.wants(wire.AlreadyOnline, err)
			}
		}
		same(b, "logins that won", won, 1)
	},
	"a repeated opening succeeds": func(b *bench) {
		u := b.user()
		l := b.open(u, "", 7)
		again := b.open(u, "", 7)
		same(b, "device", again.device, l.device)
		same(b, "replaced", again.opened.Replaced, 0)
		same(b, "presence", again.opened.PresenceNo, 1)
		same(b, "came online", again.opened.CameOnline, true)
	},
	"named devices take over": func(b *bench) {
		u := b.user()
		phone := b.open(u, "phone", 1)
		desk := b.open(u, "desk", 2)
		same(b, "desk", desk.opened, chat.Opened{Device: desk.device, NewDevice: true, PresenceNo: 1})
		o, err := b.s.OpenSession(b.ctx, chat.Opening{User: u, Device: "phone", Session: 3, Node: 9, At: at})
		b.must(err)
		same(b, "taken over", o, chat.Opened{Device: phone.device, Replaced: 1, ReplacedAt: 1, PresenceNo: 1, JournalNo: 1})
		same(b, "the old session ends", b.close(phone), chat.PresenceMove{User: u, Name: "user 1", No: 1, Online: true})
		phone.session = 3
		same(b, "one of two ends", b.close(phone), chat.PresenceMove{User: u, Name: "user 1", No: 1, Online: true})
		same(b, "the last ends", b.close(desk), chat.PresenceMove{User: u, Name: "user 1", No: 2, Changed: true})
	},
	"the longest unused device makes room": func(b *bench) {
		u := b.user()
		session := chat.SessionID(0)
		open := func(device string, after time.Duration) (login, error) {
			session++
			o, err := b.s.OpenSession(b.ctx, chat.Opening{
				User: u, Device: device, Session: session, Node: 1, At: at.Add(after), TokenHash: []byte("token"), MaxDevices: 3,
			})
			return login{u, o.Device, session, o}, err
		}
		must := func(device string, after time.Duration) login {
			l, err := open(device, after)
			b.must(err)
			return l
		}
		old, first := must("old", 3*time.Hour), must("first", 0)
		_, err := b.s.CloseSession(b.ctx, chat.Closing{User: u, Device: old.device, Session: old.session, At: at.Add(4 * time.Hour)})
		b.must(err)
		second := must("second", time.Hour)
		same(b, "three are allowed", second.opened.Forgotten, 0)
		// Nobody is logged in with the old one: it goes first, though it was used last.
		third := must("third", 2*time.Hour)
		same(b, "forgotten", third.opened.Forgotten, 1)
		same(b, "evicted", third.opened.Evicted == nil, true)
		list := func() string {
			page, err := b.s.Devices(b.ctx, u, 0, 10)
			b.must(err)
			names := ""
			for _, d := range page {
				names += d.Name + " "
			}
			return names
		}
		same(b, "devices", list(), "first second third ")
		// All are online: the longest unused one ends.
		fourth := must("fourth", 3*time.Hour)
		same(b, "devices then", list(), "second third fourth ")
		same(b, "evicted session", *fourth.opened.Evicted, chat.RevokedSession{
			No: fourth.opened.JournalNo, Takeover: chat.Takeover{Device: first.device, Session: first.session, Revoked: true},
		})
		same(b, "and stays online", fourth.opened.CameOnline, false)
		journal, err := b.s.JournalPage(b.ctx, chat.Topic{User: u}, 0, 10)
		b.must(err)
		same(b, "in the journal", fmt.Sprint(journal), fmt.Sprint([]chat.JournalEntry{
			{No: 1, What: chat.WasRevoked, User: u, Owner: u, Device: first.device, Number: int64(first.session)},
		}))
		page, err := b.s.Devices(b.ctx, u, second.device, 1)
		b.must(err)
		same(b, "a page", len(page), 1)
		same(b, "a page's first", page[0].Name, "third")
		// A device that is there makes no room.
		same(b, "taken over", must("second", 4*time.Hour).opened.Forgotten, 0)
	},
	"new devices a day": func(b *bench) {
		u := b.user()
		day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
		session := chat.SessionID(0)
		open := func(device string, at time.Time) error {
			session++
			_, err := b.s.OpenSession(b.ctx, chat.Opening{User: u, Device: device, Session: session, Node: 1, At: at, DevicesPerDay: 2})
			return err
		}
		b.must(open("a", day))
		b.must(open("b", day.Add(23*time.Hour)))
		b.wants(wire.LimitReached, open("c", day.Add(24*time.Hour-time.Millisecond)))
		b.must(open("a", day.Add(23*time.Hour))) // it has that one
		b.must(open("", day.Add(23*time.Hour)))  // one alone can have no name
		b.must(open("c", day.Add(24*time.Hour)))
		b.must(open("d", day.Add(25*time.Hour)))
		b.wants(wire.LimitReached, open("e", day.Add(26*time.Hour)))
		page, err := b.s.Devices(b.ctx, u, 0, 10)
		b.must(err)
		same(b, "a refused device leaves nothing", len(page), 5)
	},
	"close without knowing the device": func(b *bench) {
		u := b.user()
		b.open(u, "phone", 1)
		m, err := b.s.CloseSession(b.ctx, chat.Closing{User: u, Session: 1, At: at})
		b.must(err)
		same(b, "changed", m.Changed, true)
		m, err = b.s.CloseSession(b.ctx, chat.Closing{User: u, Session: 99, At: at})
		b.must(err)
		same(b, "changed by a session that is not", m.Changed, false)
	},
	"only its own user's device": func(b *bench) {
		x, y := b.open(b.user(), "", 1), b.open(b.user(), "", 2)
		b.close(login{user: x.user, device: y.device, session: 2})
		_, err := b.s.OpenSession(b.ctx, chat.Opening{User: y.user, Session: 3, Node: 1, At: at})
		b.wants(wire.AlreadyOnline, err)
	},
	"tokens": func(b *bench) {
		u := b.user()
		hash, err := b.s.TokenHash(b.ctx, u, "phone")
		b.must(err)
		same(b, "no device", hash == nil, true)
		b.open(u, "phone", 1)
		hash, err = b.s.TokenHash(b.ctx, u, "phone")
		b.must(err)
		same(b, "no token", hash == nil, true)
		want := []byte{0, 1, 2, 255, 0}
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: u, Device: "phone", Session: 2, Node: 1, TokenHash: want, At: at})
		b.must(err)
		b.open(u, "phone", 3) // keeps it
		hash, err = b.s.TokenHash(b.ctx, u, "phone")
		b.must(err)
		same(b, "token", bytes.Equal(hash, want), true)
	},
	"the end of a token": func(b *bench) {
		u := b.user()
		phone := b.withToken(u, "phone", 1, "p")
		b.must(b.s.DropToken(b.ctx, chat.Closing{User: u, Device: phone.device, Session: 2})) // of another session
		b.must(b.s.DropToken(b.ctx, chat.Closing{User: u + 1, Device: phone.device, Session: 1}))
		same(b, "another's", b.token(u, "phone"), "p")
		b.must(b.s.DropToken(b.ctx, chat.Closing{User: u, Device: phone.device, Session: 1}))
		same(b, "its own", b.token(u, "phone"), "")
		b.must(b.s.DropToken(b.ctx, chat.Closing{User: u, Device: phone.device, Session: 1})) // once more
		session, err := b.s.DeviceSession(b.ctx, phone.device)
		b.must(err)
		same(b, "the session goes on", session, 1)
	},
	"known addresses": func(b *bench) {
		u, other := b.user(), b.user()
		from := func(session chat.SessionID, address string, at time.Time) {
			b.Helper()
			_, err := b.s.OpenSession(b.ctx, chat.Opening{User: u, Device: "phone", Session: session, Node: 1, At: at, From: address})
			b.must(err)
		}
		known := func(user chat.UserID, address string, since time.Time) bool {
			b.Helper()
			is, err := b.s.KnownAddress(b.ctx, user, address, since)
			b.must(err)
			return is
		}
		from(1, "", at)
		same(b, "none", known(u, "", at), false)
		from(2, "192.0.2.1/32", at)
		from(2, "192.0.2.1/32", at) // once more, after an unknown outcome
		same(b, "known", known(u, "192.0.2.1/32", at), true)
		same(b, "another", known(u, "192.0.2.10/32", at), false)
		same(b, "another's", known(other, "192.0.2.1/32", at), false)
		same(b, "too long ago", known(u, "192.0.2.1/32", at.Add(time.Minute)), false)
		from(3, "192.0.2.1/32", at.Add(2*time.Hour))
		same(b, "seen again", known(u, "192.0.2.1/32", at.Add(time.Hour)), true)
		for i := range 16 { // the last sixteen are kept
			from(chat.SessionID(10+i), fmt.Sprintf("2001:db8:0:%x::/64", i), at.Add(time.Duration(3+i)*time.Hour))
		}
		same(b, "the oldest", known(u, "192.0.2.1/32", at), false)
		for i := range 16 {
			same(b, "a later one", known(u, fmt.Sprintf("2001:db8:0:%x::/64", i), at), true)
		}
		// A login that does not succeed is not remembered.
		_, err := b.s.OpenSession(b.ctx, chat.Opening{
			User: u, Device: "phone", Session: 99, Node: 1, At: at.Add(24 * time.Hour), From: "203.0.113.1/32", Token: []byte("no such token"),
		})
		b.wants(wire.BadCredentials, err)
		same(b, "after a refusal", known(u, "203.0.113.1/32", at), false)
	},
	"free": func(b *bench) {
		x, y := b.user(), b.user()
		b.open(x, "a", 1)
		_, err := b.s.OpenSession(b.ctx, chat.Opening{User: x, Device: "b", Session: 2, Node: 2, At: at})
		b.must(err)
		_, err = b.s.OpenSession(b.ctx, chat.Opening{User: y, Session: 3, Node: 2, At: at})
		b.must(err)
		moves, _, err := b.s.FreeSessions(b.ctx, 2, 100)
		b.must(err)
		same(b, "moves", len(moves), 1)
		same(b, "move", moves[0], chat.PresenceMove{User: y, Name: "user 2", No: 2, Changed: true})
		moves, _, err = b.s.FreeSessions(b.ctx, 0, 100)
		b.must(err)
		same(b, "moves of all", len(moves), 1)
		same(b, "move of all", moves[0], chat.PresenceMove{User: x, Name: "user 1", No: 2, Changed: true})
		moves, _, err = b.s.FreeSessions(b.ctx, 0, 100)
		b.must(err)
		same(b, "moves of none", len(moves), 0)
		b.open(y, "", 4)
	},
	"takeover stops the old session": func(b *bench) {
		u, peer := b.user(), b.user()
		_, h := b.direct(u, peer)
		old := b.open(u, "phone", 1)
		b.stored(old.send(h, 1, "one"))
		l := b.open(u, "phone", 2)
		same(b, "last_send_seq", l.opened.LastSendSeq, 1)
		if err := b.append(old.send(h, 2, "two")).Err; !errors.Is(err, chat.ErrSessionGone) {
			b.Fatalf("the old session appended: %v", err)
		}
		b.stored(l.send(h, 2, "two"))
		b.close(l)
		if err := b.append(l.say(h, "three")).Err; !errors.Is(err, chat.ErrSessionGone) {
			b.Fatalf("a closed session appended: %v", err)
		}
		gone := l.say(h, "four")
		gone.Session = 0
		if err := b.append(gone).Err; !errors.Is(err, chat.ErrSessionGone) {
			b.Fatalf("session 0 appended: %v", err)
		}
		b.dense(h.Conv, 2)
	},
	"takeover in the middle of a load": takeoverRace,
	"forget": func(b *bench) {
		if b.upkeep == nil {
			return
		}
		x, y, h := b.pair()
		for n := range int64(4) {
			b.stored(x.send(h, n+1, "hi"))
		}
		b.must(b.s.SaveDelivered(b.ctx, []chat.Cursor{{User: y.user, Device: y.device, Conv: h.Conv, Seq: 3}}))
		b.close(y)
		n, err := b.upkeep.ForgetDevices(b.ctx, at, 10)
		b.must(err)
		same(b, "used later", n, 0)
		n, err = b.upkeep.ForgetDevices(b.ctx, at.Add(time.Millisecond), 10)
		b.must(err)
		same(b, "forgotten (the other has a session)", n, 1)
		again := b.open(y.user, "", 9)
		same(b, "new device", again.opened.NewDevice, true)
		same(b, "another id", again.device != y.device, true)
		rows, _, err := b.s.Inbox(b.ctx, y.user, again.device)
		b.must(err)
		same(b, "it starts where the forgotten one was", rows[0].Delivered, 3)
	},
}

// takeoverRace opens session after session of one device while the sessions before
// append: once OpenSession returned, nothing of an older one may be stored.
func takeoverRace(b *bench) {
	u, peer := b.user(), b.user()
	_, h := b.direct(u, peer)
	l := b.open(u, "phone", 1)
	type opened struct {
		l    login
		head int64
	}
	var sessions []opened
	var waits []func() *chat.Append
	for round := range 30 {
		stop := make(chan struct{})
		sent := make(chan []func() *chat.Append)
		go func() {
			var w []func() *chat.Append
			n := l.opened.LastSendSeq
			for i := 0; ; i++ {
				select {
				case <-stop:
					sent <- w
					return
				default:
				}
				if i < 200 {
					n++
					w = append(w, b.queue(l.send(h, n, fmt.Sprint(l.session))))
				}
			}
		}()
		next := b.open(u, "phone", chat.SessionID(round+2))
		heads, err := b.s.Heads(b.ctx, []chat.ConvID{h.Conv})
		b.must(err)
		close(stop)
		waits = append(waits, <-sent...)
		l = next
		sessions = append(sessions, opened{next, heads[0].LastSeq})
	}
	stored := 0
	for _, wait := range waits {
		a := wait()
		if a.Err == nil {
			stored++
		} else if !errors.Is(a.Err, chat.ErrSessionGone) {
			b.Fatalf("append: %v", a.Err)
		}
	}
	all := b.dense(h.Conv, stored)
	for i, m := range all {
		same(b, "send_seq", m.SendSeq, int64(i)+1)
	}
	for _, s := range sessions {
		for _, m := range all[s.head:] {
			if by, err := strconv.Atoi(m.Body); err != nil || chat.SessionID(by) < s.l.session {
				b.Fatalf("seq %d of session %s was stored after session %d was open", m.Seq, m.Body, s.l.session)
			}
		}
	}
}
