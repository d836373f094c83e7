package storetest

import (
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// hostile are texts that mean something to somebody on the way.
var hostile = []string{
	`Robert'); DROP TABLE users;--`, `" OR ""="`, "`users`", `\`, `\'`, `%`, `_`, `?`, `$1`, `:name`, `{ids}`, `/* */`, `--`,
	"tab\tnewline\n", `{"msgid":4}`, "\U0001F600 \u200d ı İ ß Å", "名前", "א\u202eב", "NULL", "0", "' || (SELECT password_hash FROM users) || '",
}

var userTests = map[string]func(*bench){
	"create and find": func(b *bench) {
		id, err := b.s.CreateUser(b.ctx, "Alice", "alice", "$argon2id$x")
		b.must(err)
		want := chat.Account{User: chat.User{ID: id, Name: "Alice"}, PasswordHash: "$argon2id$x"}
		byID, err := b.s.Account(b.ctx, id)
		b.must(err)
		same(b, "by id", byID, want)
		byKey, err := b.s.AccountByKey(b.ctx, "alice")
		b.must(err)
		same(b, "by key", byKey, want)
		_, err = b.s.AccountByKey(b.ctx, "Alice")
		b.wants(wire.NoSuchUser, err)
		_, err = b.s.Account(b.ctx, id+1)
		b.wants(wire.NoSuchUser, err)
	},
	"a key is taken once": func(b *bench) {
		_, err := b.s.CreateUser(b.ctx, "Alice", "alice", "x")
		b.must(err)
		_, err = b.s.CreateUser(b.ctx, "ALICE", "alice", "y")
		b.wants(wire.NameTaken, err)
		errs := make(chan error)
		for range 20 {
			go func() {
				_, err := b.s.CreateUser(b.ctx, "Bob", "bob", "z")
				errs <- err
			}()
		}
		won := 0
		for range 20 {
			if err := <-errs; err == nil {
				won++
			} else {
				b.wants(wire.NameTaken, err)
			}
		}
		same(b, "registrations that won", won, 1)
	},
	"names that look alike": func(b *bench) {
		register := func(name string) (chat.UserID, error) {
			return b.s.CreateUser(b.ctx, name, chat.NameKey(name), "x")
		}
		scope, err := register("Scope")
		b.must(err)
		for _, name := range []string{"ѕсоре", "ЅСОРЕ", "s\u200bcope", "\uff33cope", "\U0001d4e2cope"} {
			_, err := register(name)
			b.wants(wire.NameTaken, err)
		}
		_, err = register("Скопье")
		b.must(err)
		leo, err := register("leo")
		b.must(err)
		_, err = register("le0") // in ASCII
		b.must(err)
		_, err = register("lе\u043e")
		b.wants(wire.NameTaken, err)
		got, err := b.s.LookAlikes(b.ctx, "ѕсоре")
		b.must(err)
		same(b, "whose it looks like", got[0], chat.User{ID: scope, Name: "Scope"})
		got, err = b.s.LookAlikes(b.ctx, "LEO")
		b.must(err)
		same(b, "of two in ASCII", got[0].ID, leo)
		got, err = b.s.LookAlikes(b.ctx, "nobody's")
		b.must(err)
		same(b, "look like nobody's", len(got), 0)
		// A refused name holds nothing, and of several at once one wins.
		errs := make(chan error)
		for i := range 12 {
			go func() { _, err := register([]string{"АВС", "ABC", "Αβc"}[i%3]); errs <- err }()
		}
		won := 0
		for range 12 {
			if err := <-errs; err == nil {
				won++
			} else {
				b.wants(wire.NameTaken, err)
			}
		}
		same(b, "registrations that won", won, 1)
	},
	"hostile names": func(b *bench) {
		ids := make([]chat.UserID, len(hostile))
		for i, name := range hostile {
			var err error
			ids[i], err = b.s.CreateUser(b.ctx, name, name, name)
			b.must(err)
		}
		names, err := b.s.UserNames(b.ctx, ids)
		b.must(err)
		for i, name := range hostile {
			a, err := b.s.AccountByKey(b.ctx, name)
			b.must(err)
			same(b, "account", a, chat.Account{User: chat.User{ID: ids[i], Name: name}, PasswordHash: name})
			same(b, "name", names[ids[i]], name)
			l := b.open(ids[i], name, chat.SessionID(i+1))
			devices, err := b.s.DeviceNames(b.ctx, []chat.DeviceID{l.device})
			b.must(err)
			same(b, "device", devices[l.device], name)
		}
	},
	"names leave out what does not exist": func(b *bench) {
		u := b.user()
		l := b.open(u, "", 1)
		names, err := b.s.UserNames(b.ctx, []chat.UserID{u, u + 50, u})
		b.must(err)
		same(b, "names", len(names), 1)
		devices, err := b.s.DeviceNames(b.ctx, []chat.DeviceID{l.device, l.device + 50})
		b.must(err)
		name, ok := devices[l.device]
		same(b, "devices", len(devices), 1)
		same(b, "nameless device", name, "")
		same(b, "nameless device is there", ok, true)
		names, err = b.s.UserNames(b.ctx, nil)
		b.must(err)
		same(b, "no names", len(names), 0)
	},
	"list": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		b.open(y, "", 1)
		list, err := b.s.ListUsers(b.ctx, 0, 2)
		b.must(err)
		same(b, "first page", len(list), 2)
		same(b, "first", list[0].ID, x)
		same(b, "first is online", list[0].Online, false)
		same(b, "second is online", list[1].Online, true)
		if age := time.Since(list[0].CreatedAt); age < -time.Minute || age > time.Hour {
			b.Errorf("created %v ago", age)
		}
		list, err = b.s.ListUsers(b.ctx, list[1].ID, 2)
		b.must(err)
		same(b, "second page", len(list), 1)
		same(b, "third", list[0].ID, z)
	},
	"ping": func(b *bench) { b.must(b.s.Ping(b.ctx)) },
}
