package chat

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// invitation is one for anybody, good once, for an hour.
func invitation(change ...func(*RegistrationInvite)) RegistrationInvite {
	i := RegistrationInvite{Uses: 1, EndsAt: time.Now().Add(time.Hour)}
	for _, f := range change {
		f(&i)
	}
	return i
}

func (h *house) invite(change ...func(*RegistrationInvite)) string {
	h.t.Helper()
	_, code, err := h.AddRegistrationInvite(h.t.Context(), invitation(change...))
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

func forName(name string) func(*RegistrationInvite) {
	return func(i *RegistrationInvite) { i.Name = name }
}

func mode(m Registration) func(*ServiceOptions) {
	return func(o *ServiceOptions) { o.Registration = m }
}

// asks registers, wants that outcome, and returns what the client is told.
func (h *house) asks(want wire.Code, name, code string) string {
	h.t.Helper()
	_, err := h.Register(h.t.Context(), home, name, password, code)
	if codeOf(err) != want {
		h.t.Fatalf("%s with %q: %v, want code %d", name, code, err, want)
	}
	if err == nil {
		return ""
	}
	return AsError(err).Info
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	var letters [256]int
	for range 1000 {
		code, hash := newCode()
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$`).MatchString(code) || seen[code] {
			t.Fatalf("code %q, seen: %v", code, seen[code])
		}
		seen[code] = true
		for _, b := range []byte(code) {
			letters[b]++
		}
		plain := strings.ReplaceAll(code, "-", "")
		typed := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(plain))
		for _, as := range []string{
			code, plain, typed, " " + code + "\n", strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "-", "\u2013"),
			strings.ReplaceAll(strings.ReplaceAll(code, "1", "I"), "0", "O"),
		} {
			if got, ok := hashCode(as); !ok || !slices.Equal(got, hash) {
				t.Fatalf("%q typed as %q is another code", code, as)
			}
		}
		for _, as := range []string{"", plain[1:], plain + "0", "U" + plain[1:], "é" + plain[1:], "\x00" + plain[1:], strings.Repeat("-", 1000) + plain} {
			if _, ok := hashCode(as); ok {
				t.Fatalf("%q is a code", as)
			}
		}
	}
	// 28,000 characters: each of 32 comes 875 times, give or take 29.
	for _, b := range []byte(codeAlphabet) {
		if n := letters[b]; n < 700 || n > 1050 {
			t.Errorf("%q came %d times", b, n)
		}
	}
}

// TestWhoMayRegister: what becomes of each kind of code in each mode.
func TestWhoMayRegister(t *testing.T) {
	for m, want := range map[Registration]map[string]wire.Code{
		RegistrationOpen: {
			"none": wire.OK, "wrong": wire.OK, "no code": wire.OK, "ended": wire.OK, "used": wire.OK, "another name": wire.OK, "good": wire.OK, "name": wire.OK,
		},
		RegistrationByInvite: {
			"none": wire.BadRegistrationInvite, "wrong": wire.BadRegistrationInvite, "no code": wire.BadRegistrationInvite, "ended": wire.BadRegistrationInvite,
			"used": wire.BadRegistrationInvite, "another name": wire.BadRegistrationInvite, "good": wire.OK, "name": wire.OK,
		},
		RegistrationClosed: {
			"none": wire.NoRegistration, "wrong": wire.BadRegistrationInvite, "no code": wire.BadRegistrationInvite, "ended": wire.BadRegistrationInvite,
			"used": wire.BadRegistrationInvite, "another name": wire.BadRegistrationInvite, "good": wire.BadRegistrationInvite, "name": wire.OK,
		},
	} {
		for kind, code := range want {
			t.Run(registrationNames[m]+" "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					h := newHouse(t, mode(m))
					typed := ""
					switch kind {
					case "wrong":
						typed, _ = newCode()
					case "no code":
						typed = "what is this?"
					case "ended":
						typed = h.invite()
						time.Sleep(time.Hour)
					case "used":
						typed = h.invite()
						h.store.invites[0].Used++
					case "another name":
						typed = h.invite(forName("bob"))
					case "good":
						typed = h.invite()
					case "name":
						typed = h.invite(forName("Ann"))
					}
					info := h.asks(code, "ann", typed)
					if code == wire.BadRegistrationInvite && info != "" {
						t.Errorf("a text of its own: %q", info) // which would tell one failure from another
					}
					used := int64(0)
					if len(h.store.invites) > 0 {
						used = h.store.invites[0].Used
					}
					if good := kind == "good" || kind == "name"; good && code == wire.OK && used != 1 {
						t.Errorf("used %d times", used)
					}
				})
			})
		}
	}
}

var registrationNames = map[Registration]string{RegistrationOpen: "open", RegistrationByInvite: "invite", RegistrationClosed: "closed"}

// TestCodesTellNothingOfNames: without a code that is good nobody learns whether a name is
// taken.
func TestCodesTellNothingOfNames(t *testing.T) {
	h := newHouse(t, mode(RegistrationByInvite))
	if _, err := h.CreateAccount(t.Context(), "ann", password); err != nil {
		t.Fatal(err)
	}
	wrong, _ := newCode()
	for _, name := range []string{"ann", "dora"} {
		h.asks(wire.BadRegistrationInvite, name, "")
		h.asks(wire.BadRegistrationInvite, name, wrong)
	}
	good := h.invite()
	h.asks(wire.NameTaken, "ann", good)
	h.asks(wire.OK, "bob", good) // the refusal has used nothing
	// Its outcome was unknown, and it comes again: not "used up", which would be a puzzle.
	h.asks(wire.NameTaken, "bob", good)
	h.asks(wire.BadRegistrationInvite, "cat", good)
}

// TestTheLastUseIsLost: somebody else was quicker between the look at the code and the write.
func TestTheLastUseIsLost(t *testing.T) {
	for m, want := range map[Registration]wire.Code{RegistrationByInvite: wire.BadRegistrationInvite, RegistrationOpen: wire.OK} {
		h := newHouse(t, mode(m))
		code := h.invite()
		h.store.inviteLost = true
		h.asks(want, "ann", code)
	}
}

// TestFailingCodesHoldTheAddressBack as failing tokens do: nobody else, and never a good code.
func TestFailingCodesHoldTheAddressBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log []Audited
		h := newHouse(t, mode(RegistrationByInvite), func(o *ServiceOptions) { o.Audit = func(a Audited) { log = append(log, a) } })
		wrong, _ := newCode()
		for range 20 {
			h.asks(wire.BadRegistrationInvite, "ann", wrong)
		}
		h.asks(wire.BadRegistrationInvite, "ann", wrong) // the last free one was the 20th
		h.asks(wire.RateLimited, "ann", wrong)
		if _, err := h.Register(t.Context(), elsewhere, "ann", password, wrong); codeOf(err) != wire.BadRegistrationInvite {
			t.Errorf("from elsewhere: %v", err)
		}
		code := h.invite()
		h.asks(wire.OK, "ann", code)
		time.Sleep(time.Minute)
		h.asks(wire.BadRegistrationInvite, "bob", code)
		// Without a code nothing was guessed.
		for range 50 {
			h.asks(wire.BadRegistrationInvite, "bob", "")
		}
		got := map[Audited]int{}
		for _, a := range log {
			got[a]++
		}
		want := map[Audited]int{
			{What: RegistrationFailed, Reason: unknownInvite, From: home}:                      21,
			{What: RegistrationFailed, Reason: unknownInvite, From: elsewhere}:                 1,
			{What: RegistrationHeldBack, Reason: "rate_limited", From: home}:                   1,
			{What: RegistrationFailed, Reason: usedInvite, From: home}:                         1,
			{What: Registered, Reason: "invite:1", From: home, User: User{ID: 1, Name: "ann"}}: 1,
		}
		if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
			t.Error(d)
		}
		if used, refused := h.InviteCounts().Used.Load(), h.InviteCounts().Refused.Load(); used != 1 || refused != 74 {
			t.Errorf("%d used, %d refused", used, refused)
		}
	})
}

// TestInvitationsAreChecked: each bound, and the name.
func TestInvitationsAreChecked(t *testing.T) {
	h := newHouse(t)
	h.register("Scope")
	for _, c := range []struct {
		want   wire.Code
		change func(*RegistrationInvite)
	}{
		{wire.OK, func(i *RegistrationInvite) { i.Uses, i.Note = MaxInviteUses, strings.Repeat("n", MaxInviteNote) }},
		{wire.BadField, func(i *RegistrationInvite) { i.Uses = 0 }},
		{wire.BadField, func(i *RegistrationInvite) { i.Uses = MaxInviteUses + 1 }},
		{wire.BadField, func(i *RegistrationInvite) { i.Name, i.Uses = "ann", 2 }},
		{wire.BadField, func(i *RegistrationInvite) { i.EndsAt = time.Now() }},
		{wire.BadField, func(i *RegistrationInvite) { i.EndsAt = time.Now().Add(MaxInviteLife + time.Hour) }},
		{wire.TextTooLong, func(i *RegistrationInvite) { i.Note = strings.Repeat("n", MaxInviteNote+1) }},
		{wire.BadText, func(i *RegistrationInvite) { i.Note = "\x1b[2J" }},
		{wire.BadName, forName("system")},
		{wire.NameTaken, forName("SCOPE")},
		{wire.NameTaken, forName("ѕсоре")},
	} {
		_, _, err := h.AddRegistrationInvite(t.Context(), invitation(c.change))
		wantCode(t, err, c.want)
	}
}
