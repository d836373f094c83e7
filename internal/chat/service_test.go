package chat

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var cheap = HashCost{MemoryKiB: 64, Passes: 1, Threads: 1}

const password = "a long password"

type house struct {
	*Service
	t     *testing.T
	store *fakeStore
	told  *told
}

func newHouse(t *testing.T, change ...func(*ServiceOptions)) *house {
	o := ServiceOptions{Node: 1, HashCost: cheap}
	for _, f := range change {
		f(&o)
	}
	h := &house{t: t, store: newFakeStore(), told: &told{}}
	h.Service = NewService(h.store, h.told, nil, SystemClock{}, o)
	t.Cleanup(func() { _ = h.Close(context.Background()) }) // what it may find is tested where it matters
	return h
}

func (h *house) register(name string) User {
	h.t.Helper()
	u, err := h.Register(h.t.Context(), netip.Addr{}, name, password, "")
	if err != nil {
		h.t.Fatalf("register %s: %v", name, err)
	}
	return u
}

func (h *house) login(name, device string) Login {
	h.t.Helper()
	l, err := h.Login(h.t.Context(), Credentials{Name: name, Password: password, Device: device})
	if err != nil {
		h.t.Fatalf("login %s: %v", name, err)
	}
	h.welcome(l)
	return l
}

func (h *house) welcome(l Login) Welcome {
	h.t.Helper()
	w, err := h.Welcome(h.t.Context(), l)
	if err != nil {
		h.t.Fatalf("welcome %s: %v", l.User.Name, err)
	}
	return w
}

func (h *house) befriend(a, b Login) {
	h.t.Helper()
	if _, err := h.AddFriend(h.t.Context(), a.Caller, b.User.ID); err != nil {
		h.t.Fatal(err)
	}
	h.told.take()
}

// presences returns the presence notices among what was told since the last look.
func (h *house) presences() (moves []PresenceMove, topics [][]Topic) {
	for _, n := range h.told.take() {
		if n.Presence != nil {
			moves = append(moves, n.Presence.PresenceMove)
			topics = append(topics, n.topics)
		}
	}
	return moves, topics
}

func wantCode(t *testing.T, err error, code wire.Code) {
	t.Helper()
	if codeOf(err) != code {
		t.Fatalf("got %v, want code %d", err, code)
	}
}

func TestRegister(t *testing.T) {
	h := newHouse(t)
	u := h.register("Alice")
	if u.ID != 1 || u.Name != "Alice" {
		t.Fatalf("got %+v", u)
	}
	for _, c := range []struct {
		name, pwd string
		code      wire.Code
	}{
		{"aLICE", password, wire.NameTaken},
		{"", password, wire.BadName},
		{"bob", "four", wire.BadPassword},
		{"bob", strings.Repeat("p", 129), wire.BadPassword},
		{"bob", "DragoN", wire.BadPassword}, // among the most common, also in capitals
		{"bob the builder", "Bob the BUILDER", wire.BadPassword},
		{"bob", "sbhym", wire.OK},
	} {
		_, err := h.Register(t.Context(), netip.Addr{}, c.name, c.pwd, "")
		wantCode(t, err, c.code)
	}
	closed := newHouse(t, func(o *ServiceOptions) { o.Registration = RegistrationClosed })
	_, err := closed.Register(t.Context(), netip.Addr{}, "bob", password, "")
	wantCode(t, err, wire.NoRegistration)
}

// TestNamesThatLookAlike: a name that can be taken for another's is refused, and says whose.
func TestNamesThatLookAlike(t *testing.T) {
	h := newHouse(t)
	h.register("Scope")
	h.register("leo")
	h.register("le0")
	for _, name := range []string{"ѕсоре", "ЅСОРЕ", "𝓢cope", "Ѕсоре"} {
		_, err := h.Register(t.Context(), netip.Addr{}, name, password, "")
		wantCode(t, err, wire.NameTaken)
		if !strings.Contains(err.Error(), "looks like Scope") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestOldNamesStay: an account whose name would be refused today logs in as ever, and is listed
// with what is wrong with it. Blanks around a name do not matter.
func TestOldNamesStay(t *testing.T) {
	h := newHouse(t)
	alice := h.register("alice")
	hash := h.store.users[0].PasswordHash
	for name, doubt := range map[string]string{
		"#1": "begins with #", "17": "is a number", "Admin": "reserved", "al\u200dice": "U+200D", "аlice": "Cyrillic", "ａｌｉｃｅ": "looks like alice (id 1)",
	} {
		id, err := h.store.CreateUser(t.Context(), name, NameKey(name), hash)
		if err != nil {
			t.Fatal(err)
		}
		l, err := h.Login(t.Context(), Credentials{Name: "\u3000 " + name + "\t", Password: password})
		if err != nil || l.User.ID != id {
			t.Errorf("%q: %v %v", name, l.User, err)
		}
		found, err := h.FindUser(t.Context(), name)
		if err != nil || found.ID != id {
			t.Errorf("%q: found %v %v", name, found, err)
		}
		if got, err := h.Doubt(t.Context(), found); err != nil || !strings.Contains(got, doubt) {
			t.Errorf("%q: %q %v, want %q", name, got, err, doubt)
		}
	}
	if got, err := h.Doubt(t.Context(), alice); err != nil || got != "" {
		t.Errorf("alice: %q %v", got, err)
	}
	_, err := h.Login(t.Context(), Credentials{ID: alice.ID, Name: " ALICE ", Password: password, Device: "d"})
	wantCode(t, err, wire.OK)
}

// TestCommonPasswords: the list is what the documentation says it is, and the password of the
// given example is not in it.
func TestCommonPasswords(t *testing.T) {
	words := commonPasswords()
	if len(words) != 1000 {
		t.Errorf("there are %d", len(words))
	}
	for w := range words {
		if w != NameKey(w) || len(w) < 5 {
			t.Errorf("%q is not in lower case, or too short to need to be there", w)
		}
	}
	for w, want := range map[string]bool{"123456": true, "password": true, "iloveyou": true, "sbhym": false} {
		if _, common := words[w]; common != want {
			t.Errorf("%q: %v, want %v", w, common, want)
		}
	}
}

// TestPasswordsAreJudgedWhereverTheyAreSet: registration is not the only way to one.
func TestPasswordsAreJudgedWhereverTheyAreSet(t *testing.T) {
	h := newHouse(t)
	u := h.register("Annabel")
	for _, pwd := range []string{"Password", "annabel", "four"} {
		_, err := h.ChangePassword(t.Context(), Caller{User: u}, netip.Addr{}, password, pwd)
		wantCode(t, err, wire.BadPassword)
		_, err = h.ResetPassword(t.Context(), u.ID, pwd)
		wantCode(t, err, wire.BadPassword)
	}
	_, err := h.ResetPassword(t.Context(), 99, "something else")
	wantCode(t, err, wire.NoSuchUser)
}

func TestStoredHashIsPHC(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	if got := h.store.users[0].PasswordHash; !strings.HasPrefix(got, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("got %q", got)
	}
	if want := (HashCost{MemoryKiB: 19456, Passes: 2, Threads: 1}); (HashCost{}).orDefault() != want {
		t.Fatalf("servers use %+v", (HashCost{}).orDefault())
	}
}

func TestLoginBy(t *testing.T) {
	h := newHouse(t)
	alice := h.register("Alice")
	h.register("bob")
	for name, c := range map[string]struct {
		Credentials
		code wire.Code
	}{
		"id":              {Credentials{ID: 1, Password: password}, wire.OK},
		"name":            {Credentials{Name: "Alice", Password: password}, wire.OK},
		"name, otherwise": {Credentials{Name: "ALICE", Password: password}, wire.OK},
		"both":            {Credentials{ID: 1, Name: "alice", Password: password}, wire.OK},
		"both, at odds":   {Credentials{ID: 1, Name: "bob", Password: password}, wire.BadCredentials},
		"unknown id":      {Credentials{ID: 99, Password: password}, wire.BadCredentials},
		"unknown name":    {Credentials{Name: "eve", Password: password}, wire.BadCredentials},
		"wrong password":  {Credentials{ID: 1, Password: "another password"}, wire.BadCredentials},
		"wrong token":     {Credentials{ID: 1, Token: "x"}, wire.BadCredentials},
		"token of nobody": {Credentials{ID: 99, Token: "x"}, wire.BadCredentials},
		"no secret":       {Credentials{ID: 1}, wire.BadField},
		"nobody":          {Credentials{Password: password}, wire.BadField},
		"bad device":      {Credentials{ID: 1, Password: password, Device: "a\nb"}, wire.BadName},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := h.Login(t.Context(), c.Credentials)
			wantCode(t, err, c.code)
			if err == nil {
				if l.User != alice || l.Session == 0 || l.Token == "" {
					t.Fatalf("got %+v", l)
				}
				h.EndSession(t.Context(), l.Caller, LoggedOut)
			}
		})
	}
}

func TestTokenStaysAndIsPerDevice(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	first := h.login("alice", "phone")
	if h.store.devices[0].token == nil || strings.Contains(string(h.store.devices[0].token), first.Token) {
		t.Fatal("the token itself is stored")
	}
	again, err := h.Login(t.Context(), Credentials{Name: "alice", Token: first.Token, Device: "phone"})
	if err != nil || again.Token != "" {
		t.Fatalf("login by token: %+v, %v", again, err)
	}
	_, err = h.Login(t.Context(), Credentials{Name: "alice", Token: first.Token, Device: "tablet"})
	wantCode(t, err, wire.BadCredentials)
	if _, err = h.Login(t.Context(), Credentials{Name: "alice", Token: first.Token, Device: "phone"}); err != nil {
		t.Fatalf("the token did not stay: %v", err)
	}
	second := h.login("alice", "phone")
	_, err = h.Login(t.Context(), Credentials{Name: "alice", Token: first.Token, Device: "phone"})
	wantCode(t, err, wire.BadCredentials)
	if second.Token == first.Token {
		t.Fatal("two logins by password gave one token")
	}
}

func TestDisabled(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	h.store.users[0].Disabled = true
	_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
	wantCode(t, err, wire.Disabled)
	_, err = h.Login(t.Context(), Credentials{Name: "alice", Password: "not the password"})
	wantCode(t, err, wire.BadCredentials)
}

func TestNamelessAndTakeover(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	h.login("alice", "")
	_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
	wantCode(t, err, wire.AlreadyOnline)

	old := h.login("alice", "phone")
	h.told.take()
	h.login("alice", "phone")
	n := h.told.take()
	if len(n) != 1 || n[0].Takeover == nil || *n[0].Takeover != (Takeover{Device: old.Device, Session: old.Session}) ||
		!slices.Equal(n[0].topics, []Topic{{User: old.User.ID}}) {
		t.Fatalf("told %+v", n)
	}
	// The end of the replaced one is no end of the new one.
	h.EndSession(t.Context(), old.Caller, LoggedOut)
	if got := h.told.take(); len(got) != 0 || h.store.devices[old.Device-1].session == 0 {
		t.Fatalf("told %+v", got)
	}
}

func TestConcurrentNamelessLogins(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	var mu sync.Mutex
	count := map[wire.Code]int{}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
			mu.Lock()
			defer mu.Unlock()
			count[codeOf(err)]++
		})
	}
	wg.Wait()
	if count[wire.OK] != 1 || count[wire.AlreadyOnline] != 49 {
		t.Fatalf("outcomes by code: %v", count)
	}
}

func TestFailedLoginsAreHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.register("alice")
		from := netip.MustParseAddr("192.0.2.1")
		for _, name := range []string{"alice", "nobody"} { // no difference may be seen
			wrong := Credentials{Name: name, Password: "a wrong password", From: from}
			for range 6 {
				_, err := h.Login(t.Context(), wrong)
				wantCode(t, err, wire.BadCredentials)
			}
			for _, wait := range []time.Duration{1, 2, 4} {
				_, err := h.Login(t.Context(), wrong)
				wantCode(t, err, wire.RateLimited)
				if got := AsError(err).RetryAfter; got != wait*time.Second {
					t.Fatalf("%s: wait for %v, want %v s", name, got, wait)
				}
				time.Sleep(wait * time.Second)
				_, err = h.Login(t.Context(), wrong)
				wantCode(t, err, wire.BadCredentials)
			}
		}
		// The right password waits like a wrong one, and then clears the account.
		right := Credentials{Name: "alice", Password: password}
		_, err := h.Login(t.Context(), right)
		wantCode(t, err, wire.RateLimited)
		time.Sleep(8 * time.Second)
		_, err = h.Login(t.Context(), right)
		wantCode(t, err, wire.OK)
		if h.attempts.failed.Len() != 2 { // "nobody" and the address
			t.Fatalf("left: %v", h.attempts.failed.Keys())
		}
	})
}

func TestTokenIsNotHeldBackByOthersFailures(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	l := h.login("alice", "phone")
	for range 7 {
		_, _ = h.Login(t.Context(), Credentials{Name: "alice", Password: "a guess", From: netip.MustParseAddr("192.0.2.1")})
	}
	_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
	wantCode(t, err, wire.RateLimited)
	_, err = h.Login(t.Context(), Credentials{Name: "alice", Token: l.Token, Device: "phone"})
	wantCode(t, err, wire.OK)
}

func TestAttemptsAreBoundedAndByNetwork(t *testing.T) {
	a := newAttempts(ServiceOptions{AttemptTable: 100, FreeAttemptsAccount: 1, FreeAttemptsAddress: 1, LongestDelay: time.Minute}, SystemClock{})
	for i := range 1000 {
		a.fail(suspect{user: UserID(i + 1)}, suspect{user: 5000})
	}
	if n := a.failed.Len(); n > 100 {
		t.Fatalf("%d entries", n)
	}
	wantCode(t, a.check(suspect{user: 5000}), wire.RateLimited) // who goes on failing is not forgotten
	one, other := addressOf(netip.MustParseAddr("2001:db8::1")), addressOf(netip.MustParseAddr("2001:db8::2:1"))
	if one != other || one == addressOf(netip.MustParseAddr("2001:db8:0:1::1")) {
		t.Fatal("IPv6 addresses are not taken by their /64")
	}
	if addressOf(netip.MustParseAddr("::ffff:192.0.2.1")) != addressOf(netip.MustParseAddr("192.0.2.1")) {
		t.Fatal("a mapped address is another one")
	}
	a.fail(suspect{}) // an in-memory connection
	if err := a.check(suspect{}); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedHashes(t *testing.T) {
	h := newHasher(ServiceOptions{HashCost: cheap, HashesAtOnce: 1, HashQueue: 1, HashWait: time.Second}, SystemClock{})
	free := func() error { return nil }
	for _, stored := range []string{
		"x", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$",
	} {
		if ok, err := h.verify(t.Context(), turn{}, stored, "", free); ok || err == nil {
			t.Errorf("%q: %v, %v", stored, ok, err)
		}
	}
	if ok, err := h.verify(t.Context(), turn{}, "", "anything", free); ok || err != nil {
		t.Errorf("nobody's password: %v, %v", ok, err)
	}
	stored, err := h.hash(t.Context(), turn{}, "e\u0301 and more")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.verify(t.Context(), turn{}, stored, "é and more", free); !ok || err != nil {
		t.Errorf("the same password, composed: %v, %v", ok, err)
	}
}

func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.register("alice")
		h.register("bob")
		alice, bob := h.login("alice", ""), h.login("bob", "")
		h.befriend(alice, bob)
		friends := [][]Topic{{{User: bob.User.ID}}}

		h.EndSession(t.Context(), alice.Caller, LoggedOut)
		if m, to := h.presences(); len(m) != 1 || m[0].Online || m[0].No != 2 || !slices.Equal(to[0], friends[0]) {
			t.Fatalf("after a logout: %+v to %v", m, to)
		}
		alice = h.login("alice", "")
		if m, _ := h.presences(); len(m) != 1 || !m[0].Online || m[0].No != 3 || m[0].Name != "alice" {
			t.Fatalf("after a login: %+v", m)
		}
		second := h.login("alice", "phone")
		h.EndSession(t.Context(), second.Caller, LoggedOut)
		if m, _ := h.presences(); len(m) != 0 {
			t.Fatalf("a second device: %+v", m)
		}

		h.EndSession(t.Context(), alice.Caller, Vanished)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if m, _ := h.presences(); len(m) != 0 {
			t.Fatalf("told too early: %+v", m)
		}
		alice = h.login("alice", "") // free at once, and back in time
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if m, _ := h.presences(); len(m) != 1 || !m[0].Online {
			t.Fatalf("back in time: %+v", m)
		}
		h.EndSession(t.Context(), alice.Caller, Vanished)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if m, _ := h.presences(); len(m) != 1 || m[0].Online {
			t.Fatalf("3 s after an abrupt end: %+v", m)
		}
		alice = h.login("alice", "")
		h.told.take()
		h.EndSession(t.Context(), alice.Caller, Vanished)
		if err := h.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if m, _ := h.presences(); len(m) != 1 || m[0].Online {
			t.Fatalf("Close did not tell: %+v", m)
		}
	})
}

// Who a user's friends are cannot be read when the user comes or goes: they are told later,
// as it is by then.
func TestPresenceIsToldLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.register("alice")
		h.register("bob")
		alice, bob := h.login("alice", ""), h.login("bob", "")
		h.befriend(alice, bob)
		wait := func(want ...bool) {
			t.Helper()
			time.Sleep(2 * h.o.StoreWait)
			synctest.Wait()
			var got []bool
			moves, _ := h.presences()
			for _, m := range moves {
				got = append(got, m.Online)
			}
			if !slices.Equal(got, want) {
				t.Errorf("friends are told online: %v, want %v", got, want)
			}
		}
		fail := func(err error) { h.store.set(&h.store.readFail, err) }
		fail(E(wire.Unavailable))
		h.EndSession(t.Context(), alice.Caller, LoggedOut)
		wait()
		fail(nil)
		wait(false)

		fail(E(wire.Unavailable))
		h.tellFriends(t.Context(), PresenceMove{User: alice.User.ID, No: 3, Online: true})
		fail(nil)
		alice = h.login("alice", "")       // and is told of at once
		phone := h.login("alice", "phone") // which takes nothing back
		wait(true, true)
		fail(E(wire.Unavailable))
		h.EndSession(t.Context(), phone.Caller, LoggedOut)
		h.EndSession(t.Context(), alice.Caller, LoggedOut) // and Close waits for nothing
	})
}

func TestNobodyIsLockedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.register("alice")
		h.register("bob")
		alice, bob := h.login("alice", ""), h.login("bob", "")
		h.befriend(alice, bob)
		h.store.set(&h.store.closeFail, E(wire.Unavailable))
		h.EndSession(t.Context(), alice.Caller, LoggedOut)
		h.EndSession(t.Context(), bob.Caller, LoggedOut)
		time.Sleep(time.Minute)
		_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
		wantCode(t, err, wire.AlreadyOnline)
		if h.store.closes > 60 {
			t.Fatalf("%d tries in a minute", h.store.closes)
		}
		h.store.set(&h.store.closeFail, nil)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if m, _ := h.presences(); len(m) != 2 {
			t.Fatalf("told %+v", m)
		}
		h.login("alice", "")
		h.login("bob", "")
	})
}

func TestEndOfNobodysSessionIsNotTriedForever(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	alice := h.login("alice", "")
	h.store.set(&h.store.closeFail, E(wire.NoSuchUser))
	h.EndSession(t.Context(), alice.Caller, Vanished)
	if err := h.Close(t.Context()); err != nil || h.store.closes != 1 {
		t.Fatalf("%d tries, %v", h.store.closes, err)
	}
}

func TestLoginWithUnknownOutcomeIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.register("alice")
		h.store.set(&h.store.openFail, E(wire.Unavailable))
		_, err := h.Login(t.Context(), Credentials{Name: "alice", Password: password})
		wantCode(t, err, wire.Unavailable)
		h.store.set(&h.store.openFail, nil)
		time.Sleep(time.Second)
		synctest.Wait()
		h.login("alice", "")
	})
}

func TestCloseSaysWhatIsLeft(t *testing.T) {
	h := newHouse(t)
	h.register("alice")
	alice := h.login("alice", "")
	h.store.set(&h.store.closeFail, errors.New("no disk"))
	h.EndSession(t.Context(), alice.Caller, Vanished)
	if err := h.Close(t.Context()); err == nil {
		t.Fatal("Close says that nothing is left")
	}
}
