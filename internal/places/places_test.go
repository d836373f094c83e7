package places

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func addr(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) }

func TestTheMostCrowdedGoesFirst(t *testing.T) {
	p := New[string](4, 0)
	p.Take("a1", addr(1), 1)
	p.Take("b1", addr(2), 1)
	p.Take("b2", addr(2), 1)
	p.Take("c1", addr(3), 1)
	newcomer := p.Take("d1", addr(4), 1)
	var gone []string
	for v := p.Over(newcomer); v != nil; v = p.Over(newcomer) {
		gone = append(gone, v.Who)
		p.Leave(v)
	}
	if len(gone) != 1 || gone[0] != "b1" {
		t.Errorf("%v went, and not the oldest of the most crowded", gone)
	}
	newcomer = p.Take("e1", addr(5), 1)
	if v := p.Over(newcomer); v.Who != "a1" {
		t.Errorf("%s goes where all have one, and not the oldest", v.Who)
	}
}

func TestAShareForEachAddress(t *testing.T) {
	p := New[string](100, 2)
	p.Take("a1", addr(1), 1)
	p.Take("b1", addr(2), 1)
	p.Take("a2", addr(1), 1)
	if v := p.Over(p.Take("b2", addr(2), 1)); v != nil {
		t.Errorf("%s must go within the share", v.Who)
	}
	if v := p.Over(p.Take("a3", addr(1), 1)); v == nil || v.Who != "a1" {
		t.Errorf("%v goes, and not the oldest of the address", v)
	}
	for range 3 {
		if v := p.Over(p.Take("nobody's", netip.Addr{}, 1)); v != nil {
			t.Errorf("%s must go: without an address there is no share", v.Who)
		}
	}
}

func TestAWeightAboveAll(t *testing.T) {
	p := New[string](10, 0)
	a := p.Take("a", addr(1), 1)
	p.Take("b", addr(2), 2)
	p.Weigh(a, 50)
	if v := p.Over(a); v != a {
		t.Errorf("%s goes for it", v.Who)
	}
}

func TestKey(t *testing.T) {
	for _, p := range [][2]string{{"192.0.2.1", "::ffff:192.0.2.1"}, {"2001:db8::1", "2001:db8::2:3"}, {"fe80::1%a", "fe80::2%b"}} {
		if Key(netip.MustParseAddr(p[0])) != Key(netip.MustParseAddr(p[1])) {
			t.Errorf("%s and %s are counted apart", p[0], p[1])
		}
	}
	if Key(netip.MustParseAddr("2001:db8::1")) == Key(netip.MustParseAddr("2001:db8:0:1::1")) {
		t.Error("two /64 are counted as one")
	}
}

// Whatever comes and goes, who must go is whom a plain count finds.
func TestAgainstAPlainCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New[int](12, 0)
		var all []*Place[int] // oldest first
		check := func() {
			sums := map[netip.Addr]int64{}
			total := int64(0)
			for _, a := range all {
				sums[a.of.key] += a.weight
				total += a.weight
			}
			var want *Place[int]
			for _, a := range all {
				if want == nil || sums[a.of.key] > sums[want.of.key] {
					want = a
				}
			}
			if got := p.Worst(); got != want || p.Sum() != total || p.Len() != len(all) {
				t.Fatalf("the worst is %v, want %v; sum %d of %d, %d of %d", got, want, p.Sum(), total, p.Len(), len(all))
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"take": func(t *rapid.T) {
				all = append(all, p.Take(0, addr(rapid.IntRange(0, 4).Draw(t, "address")), rapid.Int64Range(0, 3).Draw(t, "weight")))
			},
			"weigh": func(t *rapid.T) {
				if len(all) > 0 {
					p.Weigh(all[rapid.IntRange(0, len(all)-1).Draw(t, "which")], rapid.Int64Range(0, 3).Draw(t, "weight"))
				}
			},
			"leave": func(t *rapid.T) {
				if len(all) > 0 {
					i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
					p.Leave(all[i])
					all = append(all[:i], all[i+1:]...)
				}
			},
			"": func(*rapid.T) { check() },
		})
	})
}
