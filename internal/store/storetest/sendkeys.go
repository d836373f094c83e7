package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// keyed is a message of a user who has no session.
func keyed(user chat.UserID, h chat.Head, key, body string) *chat.Append {
	return &chat.Append{
		Conv: h.Conv, Version: h.Version, Sender: user, Body: body,
		Key: &chat.SendKey{Key: key, Sum: sha256.Sum256([]byte(body))},
	}
}

// repeated wants an append answered with what was stored first.
func (b *bench) repeated(a, first *chat.Append) {
	b.Helper()
	if !errors.Is(a.Err, chat.ErrRepeat) {
		b.Fatalf("a repeat with the key %q: %v", a.Key.Key, a.Err)
	}
	same(b, "its seq", a.Seq, first.Seq)
	same(b, "its time", a.At, first.At)
}

// forgets wants the send keys that are older than age removed, and n of them to be there.
func (b *bench) forgets(age time.Duration, n int) {
	b.Helper()
	got, err := b.upkeep.ForgetKeys(b.ctx, age, 100)
	b.must(err)
	same(b, "forgotten keys", got, n)
}

// sendKeyTests are about messages that come from no session.
var sendKeyTests = map[string]func(*bench){
	"stored once": func(b *bench) {
		x, y := b.user(), b.user()
		_, h := b.direct(x, y)
		first := b.stored(keyed(x, h, "a", "hi"))
		same(b, "seq", first.Seq, 1)
		for range 3 {
			b.repeated(b.append(keyed(x, h, "a", "hi")), first)
		}
		b.wants(wire.KeyReused, b.append(keyed(x, h, "a", "ho")).Err)
		same(b, "seq", b.stored(keyed(x, h, "A", "hi")).Seq, 2)
		same(b, "seq", b.stored(keyed(y, h, "a", "mine")).Seq, 3) // another's is another
		longest := strings.Repeat("~", chat.MaxSendKey)
		last := b.stored(keyed(x, h, longest, ""))
		b.repeated(b.append(keyed(x, h, longest, "")), last)
		all := b.dense(h.Conv, 4)
		same(b, "message", all[0], chat.Message{Conv: h.Conv, Seq: 1, Sender: x, SentAt: first.At, Body: "hi"})
		k, found, err := b.s.SentWith(b.ctx, x, "a")
		b.must(err)
		same(b, "found", found, true)
		same(b, "the key", k, chat.KeptKey{Sum: first.Key.Sum, Conv: h.Conv, Seq: 1, At: first.At})
		_, found, err = b.s.SentWith(b.ctx, y, "A")
		b.must(err)
		same(b, "found of another", found, false)
	},
	"repeats in one batch": func(b *bench) {
		x, y, h := b.pair()
		var waits []func() *chat.Append
		for n := range 200 {
			waits = append(waits,
				b.queue(keyed(x.user, h, fmt.Sprint("key ", n/4), fmt.Sprint("text ", n/4))),
				b.queue(y.send(h, int64(n+1), "between")))
		}
		waits = append(waits, b.queue(keyed(x.user, h, "key 7", "another text")))
		first := map[string]*chat.Append{}
		for _, wait := range waits[:400] {
			a := wait()
			switch {
			case a.Key == nil || first[a.Key.Key] == nil:
				b.must(a.Err)
				if a.Key != nil {
					first[a.Key.Key] = a
				}
			default:
				b.repeated(a, first[a.Key.Key])
			}
		}
		b.wants(wire.KeyReused, waits[400]().Err)
		n := 0 // what one user sends stays in order
		for _, m := range b.dense(h.Conv, 250) {
			if m.Sender == x.user {
				same(b, "order", m.Body, fmt.Sprint("text ", n))
				n++
			}
		}
	},
	"a refusal is not remembered": func(b *bench) {
		x, y := b.user(), b.user()
		_, h := b.direct(x, y)
		_, now, _, err := b.s.SetBlocked(b.ctx, y, x, true)
		b.must(err)
		if a := b.append(keyed(x, h, "a", "hi")); !errors.Is(a.Err, chat.ErrStaleMembers) {
			b.Fatalf("at the old version: %v", a.Err)
		}
		b.wants(wire.NoConversation, b.append(keyed(x, chat.Head{Conv: h.Conv + 99, Version: 1}, "a", "hi")).Err)
		b.wants(wire.NoSuchUser, b.append(keyed(x+99, now, "a", "hi")).Err)
		first := b.stored(keyed(x, now, "a", "hi"))
		b.repeated(b.append(keyed(x, h, "a", "hi")), first) // whatever has changed since
		b.dense(h.Conv, 1)
	},
	"closed account": func(b *bench) {
		x, y := b.user(), b.user()
		_, h := b.group(y, x)
		first := b.stored(keyed(x, h, "a", "hi"))
		_, err := b.s.Revoke(b.ctx, chat.Revocation{User: x, Disable: true})
		b.must(err)
		b.wants(wire.Disabled, b.append(keyed(x, h, "b", "ho")).Err)
		b.repeated(b.append(keyed(x, h, "a", "hi")), first)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: x, Enable: true})
		b.must(err)
		b.stored(keyed(x, h, "b", "ho"))
		if b.erasures != nil {
			_, err = b.s.Revoke(b.ctx, chat.Revocation{User: x, Disable: true})
			b.must(err)
			b.must(b.erasures.EraseAccount(b.ctx, x, false))
			b.wants(wire.Disabled, b.append(keyed(x, h, "c", "ho")).Err)
		}
		b.dense(h.Conv, 2)
	},
	"forgotten by age": func(b *bench) {
		if b.upkeep == nil {
			return
		}
		x, y := b.user(), b.user()
		_, h := b.direct(x, y)
		b.stored(keyed(x, h, "a", "hi"))
		b.stored(keyed(y, h, "a", "hi"))
		b.forgets(chat.SendKeyKept, 0)
		b.wants(wire.KeyReused, b.append(keyed(x, h, "a", "ho")).Err)
		b.forgets(-time.Hour, 2) // what was made before the hour that comes
		b.forgets(-time.Hour, 0)
		b.stored(keyed(x, h, "a", "ho"))
		b.dense(h.Conv, 3)
	},
	"dropped with their user": func(b *bench) {
		if b.erasures == nil {
			return
		}
		x, y := b.user(), b.user()
		_, h := b.direct(x, y)
		for n := range 5 {
			b.stored(keyed(x, h, fmt.Sprint(n), "hi"))
		}
		kept := b.stored(keyed(y, h, "0", "hi"))
		for _, want := range []int{3, 2, 0} {
			n, err := b.erasures.DropKeys(b.ctx, x, 3)
			b.must(err)
			same(b, "dropped", n, want)
		}
		_, found, err := b.s.SentWith(b.ctx, x, "4")
		b.must(err)
		same(b, "found", found, false)
		b.repeated(b.append(keyed(y, h, "0", "hi")), kept)
	},
}
