package storetest

import (
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// approach is a message from x to y within limits of a day.
func (b *bench) approach(x, y chat.UserID, at time.Time, messages, people int) (stranger bool, err error) {
	b.Helper()
	c, _ := b.direct(x, y)
	return b.s.Approach(b.ctx, chat.Approach{From: x, To: y, Conv: c.ID, At: at, Messages: messages, People: people})
}

// strangerTests are about messages to people who do not know the sender.
var strangerTests = map[string]func(*bench){
	"a stranger until the other writes": func(b *bench) {
		x, y := b.user(), b.user()
		stranger, err := b.approach(x, y, at, 0, 0)
		b.must(err)
		same(b, "at first", stranger, true)
		stranger, err = b.approach(x, y, at, 0, 0)
		b.must(err)
		same(b, "writing oneself changes nothing", stranger, true)
		stranger, err = b.approach(y, x, at, 0, 0)
		b.must(err)
		same(b, "who answers", stranger, false)
		stranger, err = b.approach(x, y, at, 1, 1)
		b.must(err)
		same(b, "when the other has answered", stranger, false)
	},
	"a stranger until the other adds": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		b.must(b.befriend(x, y, 10))
		stranger, err := b.approach(x, y, at, 0, 0)
		b.must(err)
		same(b, "who adds is still one", stranger, true)
		stranger, err = b.approach(y, x, at, 0, 0)
		b.must(err)
		same(b, "who was added is none", stranger, false)
		b.must(b.befriend(x, z, 10))
		b.wants(wire.AlreadyFriends, b.befriend(z, x, 10))
		stranger, err = b.approach(x, z, at, 0, 0)
		b.must(err)
		same(b, "who was added and adds", stranger, false)
		b.must(b.unfriend(z, x))
		stranger, err = b.approach(x, z, at, 0, 0)
		b.must(err)
		same(b, "and takes it back", stranger, true)
	},
	"adding who has added one counts": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		b.must(b.befriend(x, y, 1))
		b.must(b.befriend(y, z, 1))
		b.wants(wire.LimitReached, b.befriend(y, x, 1))
		stranger, err := b.approach(x, y, at, 0, 0)
		b.must(err)
		same(b, "what was refused counts for nothing", stranger, true)
	},
	"messages to strangers on a day": func(b *bench) {
		day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
		x, y, z, friend := b.user(), b.user(), b.user(), b.user()
		b.must(b.befriend(friend, x, 10))
		send := func(to chat.UserID, at time.Time) error {
			_, err := b.approach(x, to, at, 3, 0)
			return err
		}
		b.must(send(y, day))
		b.must(send(y, day.Add(time.Hour)))
		b.must(send(z, day.Add(2*time.Hour)))
		b.wants(wire.TooManyStrangers, send(z, day.Add(24*time.Hour-time.Millisecond)))
		b.wants(wire.TooManyStrangers, send(y, day.Add(24*time.Hour-time.Millisecond)))
		b.must(send(friend, day.Add(23*time.Hour)))
		_, err := b.approach(y, x, day, 3, 0)
		b.must(err)
		for range 5 {
			b.must(send(y, day.Add(23*time.Hour))) // who has answered
		}
		for range 3 {
			b.must(send(z, day.Add(24*time.Hour)))
		}
		b.wants(wire.TooManyStrangers, send(z, day.Add(25*time.Hour)))
	},
	"strangers on a day": func(b *bench) {
		day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
		x, one, two, three := b.user(), b.user(), b.user(), b.user()
		send := func(to chat.UserID, at time.Time) error {
			_, err := b.approach(x, to, at, 0, 2)
			return err
		}
		b.must(send(one, day))
		b.must(send(two, day))
		b.must(send(one, day))
		b.wants(wire.TooManyStrangers, send(three, day))
		b.wants(wire.TooManyStrangers, send(three, day)) // a refusal leaves nothing
		b.must(send(two, day))
		b.must(send(three, day.Add(24*time.Hour)))
		_, err := b.s.Approach(b.ctx, chat.Approach{From: x, To: one, Conv: 1 << 40, At: day})
		b.wants(wire.NoConversation, err)
	},
}
