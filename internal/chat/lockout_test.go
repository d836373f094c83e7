package chat

import (
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"parley/wire"
)

var (
	home      = netip.MustParseAddr("198.51.100.1")
	elsewhere = netip.MustParseAddr("203.0.113.9")
)

// owner is alice, who has been in from home, on her phone.
func owner(t *testing.T, change ...func(*ServiceOptions)) (*house, Login) {
	h := newHouse(t, change...)
	h.register("alice")
	l, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password, Device: "phone", From: home})
	wantCode(t, err, wire.OK)
	return h, l
}

// try logs in as alice and wants that outcome.
func (h *house) try(code wire.Code, c Credentials) {
	h.t.Helper()
	c.Name = "alice"
	_, err := h.Login(h.t.Context(), c)
	wantCode(h.t, err, code)
}

// guess has strangers from so many addresses try so many passwords each.
func (h *house) guess(addresses, times int) {
	for i := range addresses {
		for range times {
			from := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
			_, _ = h.Login(h.t.Context(), Credentials{Name: "alice", Password: "a guess", Device: "phone", From: from})
		}
	}
}

func TestFailingTokensCountForTheAddressAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, l := owner(t)
		for i := range 4 {
			from := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
			for range 30 {
				_, _ = h.Login(t.Context(), Credentials{Name: "alice", Token: "made up", Device: "phone", From: from})
			}
			h.try(wire.RateLimited, Credentials{Token: "made up", Device: "phone", From: from})
			h.try(wire.OK, Credentials{Token: l.Token, Device: "phone", From: from}) // which nobody can guess
		}
		h.try(wire.OK, Credentials{Password: password, Device: "new", From: elsewhere})
	})
}

func TestStrangersDoNotKeepTheOwnerOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, l := owner(t, func(o *ServiceOptions) { o.TokenAge = 24 * time.Hour })
		h.guess(10, 10)
		h.try(wire.RateLimited, Credentials{Password: password, Device: "phone", From: elsewhere}) // a name is a claim
		h.try(wire.RateLimited, Credentials{Password: password, Token: "made up", Device: "phone", From: elsewhere})
		h.try(wire.OK, Credentials{Token: l.Token, Device: "phone", From: elsewhere})
		h.try(wire.OK, Credentials{Password: password, Device: "new", From: home})

		// The password beside the token makes another one; the last is the one that counts.
		h.guess(10, 10)
		again, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password, Token: l.Token, Device: "phone", From: netip.MustParseAddr("203.0.113.77")})
		wantCode(t, err, wire.OK)
		h.try(wire.RateLimited, Credentials{Password: password, Token: l.Token, Device: "phone", From: elsewhere.Next()})

		// It may have expired.
		time.Sleep(25 * time.Hour)
		h.guess(10, 10)
		h.try(wire.BadCredentials, Credentials{Token: again.Token, Device: "phone", From: elsewhere.Next()})
		h.try(wire.OK, Credentials{Password: password, Token: again.Token, Device: "phone", From: elsewhere.Next()})
		// From there it has been in now, with and without a token.
		h.try(wire.OK, Credentials{Password: password, Device: "other", From: elsewhere.Next()})
		// An address is forgotten after a while.
		time.Sleep(knownFor)
		h.guess(10, 10)
		h.try(wire.RateLimited, Credentials{Password: password, Device: "new", From: home})
	})
}

// At an address that the account has been in from, and on its device, guesses are held
// back as well, and count there alone.
func TestGuessesOfTheKnownAreHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, l := owner(t)
		for range 6 {
			h.try(wire.BadCredentials, Credentials{Password: "a guess", From: home})
		}
		h.try(wire.RateLimited, Credentials{Password: password, From: home})
		h.try(wire.OK, Credentials{Password: password, Device: "new", From: elsewhere})
		for range 6 {
			h.try(wire.BadCredentials, Credentials{Password: "a guess", Token: l.Token, Device: "phone", From: home})
		}
		h.try(wire.RateLimited, Credentials{Password: password, Token: l.Token, Device: "phone", From: home})
		h.try(wire.OK, Credentials{Password: password, Device: "another", From: elsewhere})
		// It counts for the address as well: strangers there wait after 20.
		for i := range 20 {
			_, _ = h.Login(t.Context(), Credentials{Name: fmt.Sprintf("nobody %d", i), Password: "a guess", From: home})
		}
		_, err := h.Login(t.Context(), Credentials{Name: "bob", Password: "a guess", From: home})
		wantCode(t, err, wire.RateLimited)
	})
}

// What strangers do does not hold back a live session's change of password.
func TestStrangersDoNotHoldBackAChangeOfPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, l := owner(t)
		h.guess(10, 10)
		from := netip.AddrFrom4([4]byte{192, 0, 2, 1}) // even at an address of theirs
		for range 6 {
			_, err := h.ChangePassword(t.Context(), l.Caller, from, "not the old one", "another long password")
			wantCode(t, err, wire.BadCredentials)
		}
		_, err := h.ChangePassword(t.Context(), l.Caller, from, password, "another long password")
		wantCode(t, err, wire.RateLimited) // its own failures do
		h.try(wire.OK, Credentials{Password: password, Device: "new", From: home})
		time.Sleep(time.Second)
		_, err = h.ChangePassword(t.Context(), l.Caller, from, password, "another long password")
		wantCode(t, err, wire.OK)
	})
}

func TestTokensHaveAnAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for age, after := range map[time.Duration]wire.Code{24 * time.Hour: wire.BadCredentials, 0: wire.OK} {
			h, l := owner(t, func(o *ServiceOptions) { o.TokenAge = age })
			time.Sleep(24 * time.Hour)
			h.try(wire.OK, Credentials{Token: l.Token, Device: "phone", From: home}) // which makes it no younger
			time.Sleep(2 * time.Second)
			for range 30 { // an old token is no guess
				h.try(after, Credentials{Token: l.Token, Device: "phone", From: elsewhere})
			}
		}
		if !tokenTime("u7Pq0vXo").IsZero() || !tokenTime("{").IsZero() {
			t.Error("a time was found where there is none")
		}
	})
}

func TestEndToken(t *testing.T) {
	h, l := owner(t)
	_, err := h.Login(t.Context(), Credentials{Name: "alice", Token: l.Token, Device: "phone"})
	wantCode(t, err, wire.OK)
	if err := h.EndToken(t.Context(), l.Caller); err != nil { // a session that was taken over
		t.Fatal(err)
	}
	h.try(wire.OK, Credentials{Token: l.Token, Device: "phone"})
	last, err := h.Login(t.Context(), Credentials{Name: "alice", Token: l.Token, Device: "phone"})
	wantCode(t, err, wire.OK)
	if err := h.EndToken(t.Context(), last.Caller); err != nil {
		t.Fatal(err)
	}
	h.try(wire.BadCredentials, Credentials{Token: l.Token, Device: "phone"})
	h.try(wire.OK, Credentials{Password: password, Device: "phone"})
}
