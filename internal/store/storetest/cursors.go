package storetest

import (
	"parley/internal/chat"
	"parley/wire"
)

var cursorTests = map[string]func(*bench){
	"delivered only grows": func(b *bench) {
		x, y, h := b.pair()
		for range 5 {
			b.stored(x.say(h, "hi"))
		}
		at := func() int64 {
			b.Helper()
			rows, _, err := b.s.Inbox(b.ctx, y.user, y.device)
			b.must(err)
			return rows[0].Delivered
		}
		b.delivered(y, h.Conv, 3)
		same(b, "delivered", at(), 3)
		b.delivered(y, h.Conv, 2)
		same(b, "after going back", at(), 3)
		b.must(b.s.SaveDelivered(b.ctx, []chat.Cursor{
			{User: y.user, Device: y.device, Conv: h.Conv, Seq: 4},
			{User: x.user, Device: x.device, Conv: h.Conv, Seq: 5},
			{User: y.user, Device: y.device, Conv: h.Conv, Seq: 5},
		}))
		same(b, "after several", at(), 5)
		b.must(b.s.SaveDelivered(b.ctx, nil))
	},
	"read": func(b *bench) {
		x, y, h := b.pair()
		for range 5 {
			b.stored(x.say(h, "hi"))
		}
		read := func(seq, want, place int64) {
			b.Helper()
			now, no, err := b.s.SaveRead(b.ctx, y.user, y.device, h.Conv, seq)
			b.must(err)
			same(b, "position", now, want)
			same(b, "place in the journal", no, place)
		}
		read(0, 0, 0)
		read(2, 2, 1)
		read(2, 2, 0)
		read(1, 2, 0)
		read(99, 5, 2)
		read(99, 5, 0)
		read(-1, 5, 0)
		_, _, err := b.s.SaveRead(b.ctx, y.user, y.device, h.Conv+99, 1)
		b.wants(wire.NoConversation, err)
	},
}
