package storetest

import (
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

var deletionTests = map[string]func(*bench){
	"a deletion is planned, taken back, and claimed once": func(b *bench) {
		x, y := b.user(), b.user()
		plan := func(u chat.UserID, after time.Duration, moved bool) time.Time {
			b.Helper()
			at, no, err := b.deletions.PlanDeletion(b.ctx, u, after)
			b.must(err)
			same(b, "whether it stands in the journal", no != 0, moved)
			acc, err := b.s.Account(b.ctx, u)
			b.must(err)
			same(b, "what the account says", acc.DeletesAt.Equal(at), true)
			return at
		}
		claim := func() chat.UserID {
			b.Helper()
			u, ok, err := b.deletions.ClaimDeletion(b.ctx, time.Hour)
			b.must(err)
			if !ok {
				return 0
			}
			return u
		}
		same(b, "nobody's", claim(), 0)
		at := plan(x, time.Hour, true)
		if in := time.Until(at); in < 50*time.Minute || in > 70*time.Minute {
			b.Errorf("it is to be in %v", in)
		}
		same(b, "planned again", plan(x, time.Minute, false).Equal(at), true)
		same(b, "before its time", claim(), 0)
		no, err := b.deletions.CancelDeletion(b.ctx, x)
		b.must(err)
		same(b, "its place", no, 2)
		no, err = b.deletions.CancelDeletion(b.ctx, x)
		b.must(err)
		same(b, "taken back twice", no, 0)
		acc, err := b.s.Account(b.ctx, x)
		b.must(err)
		same(b, "the account", acc.DeletesAt.IsZero(), true)

		plan(x, 0, true)
		plan(y, time.Hour, true)
		var all sync.WaitGroup
		won := make(chan chat.UserID, 8)
		for range 8 {
			all.Go(func() {
				u, ok, err := b.deletions.ClaimDeletion(b.ctx, time.Hour)
				if err != nil {
					b.Error(err)
				}
				if ok {
					won <- u
				}
			})
		}
		all.Wait()
		close(won)
		var claims []chat.UserID
		for u := range won {
			claims = append(claims, u)
		}
		same(b, "who was claimed, by eight at once", claims, []chat.UserID{x})
		same(b, "once it is claimed", claim(), 0)
		_, err = b.deletions.CancelDeletion(b.ctx, x)
		b.wants(wire.AccountClosed, err)
		_, _, err = b.deletions.PlanDeletion(b.ctx, x, time.Hour)
		b.wants(wire.AccountClosed, err)
		_, _, err = b.deletions.PlanDeletion(b.ctx, y+9, time.Hour)
		b.wants(wire.NoSuchUser, err)
	},
	"a node that ends leaves a deletion to another one": func(b *bench) {
		x := b.user()
		_, _, err := b.deletions.PlanDeletion(b.ctx, x, 0)
		b.must(err)
		for range 3 { // a lease that has run out at once
			u, ok, err := b.deletions.ClaimDeletion(b.ctx, 0)
			b.must(err)
			same(b, "claimed", []any{u, ok}, []any{x, true})
		}
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: x, Disable: true})
		b.must(err)
		b.must(b.erasures.EraseAccount(b.ctx, x, false))
		_, ok, err := b.deletions.ClaimDeletion(b.ctx, 0)
		b.must(err)
		same(b, "once it is erased", ok, false)
	},
}
