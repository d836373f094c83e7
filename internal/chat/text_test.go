package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"parley/wire"
)

func codeOf(err error) wire.Code {
	if err == nil {
		return wire.OK
	}
	return AsError(err).Code
}

func TestCheckText(t *testing.T) {
	for _, c := range []struct {
		name, in, out string
		code          wire.Code
	}{
		{"ascii", "hello, world", "hello, world", wire.OK},
		{"newline and tab", "a\n\tb", "a\n\tb", wire.OK},
		{"chinese", "你好", "你好", wire.OK},
		{"decomposed", "e\u0301", "\u00e9", wire.OK},
		{"empty", "", "", wire.BadText},
		{"spaces", "   ", "", wire.BadText},
		{"lines and tabs", "\n\t \n", "", wire.BadText},
		{"wide spaces", "\u3000\u00a0\u2003", "", wire.BadText},
		{"what cannot be seen", "\u200b\u2060\ufeff\u3164\u2800\ufe0f", "", wire.BadText},
		{"space and one letter", " \u3000\nx", " \u3000\nx", wire.OK},
		{"space and a control character", " \x1b", "", wire.BadText},
		{"an emoji of several", "👩\u200d🔬", "👩\u200d🔬", wire.OK},
		{"nul", "a\x00b", "", wire.BadText},
		{"escape", "\x1b[31mred", "", wire.BadText},
		{"carriage return", "a\r\nb", "", wire.BadText},
		{"delete", "a\x7f", "", wire.BadText},
		{"c1 control", "a\u0085", "", wire.BadText},
		{"broken utf-8", "a\xffb", "", wire.BadText},
		{"half a surrogate", "\xed\xa0\x80", "", wire.BadText},
		{"ten ascii", strings.Repeat("x", 20), strings.Repeat("x", 20), wire.OK},
		{"too long ascii", strings.Repeat("x", 21), "", wire.TextTooLong},
		{"long in bytes only", strings.Repeat("好", 20), strings.Repeat("好", 20), wire.OK},
		{"too long", strings.Repeat("好", 21), "", wire.TextTooLong},
		{"counted after composing", strings.Repeat("e\u0301", 20), strings.Repeat("é", 20), wire.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := CheckText(c.in, 20)
			if codeOf(err) != c.code || got != c.out {
				t.Fatalf("got %q, %v; want %q, code %d", got, err, c.out, c.code)
			}
		})
	}
}

func TestCheckTextDoesNotAllocate(t *testing.T) {
	for _, s := range []string{"a plain message\n", "你好，世界"} {
		if n := testing.AllocsPerRun(100, func() {
			if _, err := CheckText(s, 4000); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func TestCheckName(t *testing.T) {
	for in, want := range map[string]wire.Code{
		"huangyuming": wire.OK, "黄玉明": wire.OK, "Jean d'Arc": wire.OK, "👩🔬": wire.OK, "Ⅷ Henry": wire.OK, "Zoë": wire.OK, "กี๊": wire.OK,
		"👩\u200d🔬": wire.BadName, "می\u200cخواهم": wire.BadName, "❤\ufe0f": wire.BadName, "a\u180b": wire.BadName, "a\u17b4": wire.BadName,
		"a\U000e0100": wire.BadName, "a\U0001d159": wire.BadName, "a\u2800": wire.BadName,
		"а\u0000": wire.BadName, "аlice": wire.BadName, "Алиса dev": wire.BadName, "Алиса": wire.OK, "王小明 Wang": wire.OK, "김Kim": wire.OK, "あア歩ayu": wire.OK,
		"\u0301a": wire.BadName, "a" + strings.Repeat("\u0316", 4): wire.OK, "a" + strings.Repeat("\u0316", 5): wire.BadName,
		"#1": wire.BadName, "＃1": wire.BadName, "#": wire.BadName, "17": wire.BadName, "1 7": wire.BadName, "１７": wire.BadName, "٣": wire.BadName, "17a": wire.OK,
		"system": wire.BadName, "Admin": wire.BadName, "s-y.s_t e m": wire.BadName, "server": wire.BadName, "ME": wire.BadName, "аԁмі\u043f": wire.OK,
		"ѕуѕтем": wire.BadName, "𝐦𝐞": wire.BadName, "ａｄｍｉｎ": wire.BadName, "管理员": wire.BadName, "adm1n": wire.OK, "Meg": wire.OK, "administrating": wire.OK,
		strings.Repeat("名", 50): wire.OK,
		"":                      wire.BadName, " ": wire.BadName, " a": wire.BadName, "a ": wire.BadName,
		"a\tb": wire.BadName, "a\nb": wire.BadName, "a\x00": wire.BadName,
		"\u200d": wire.BadName, "\u200b": wire.BadName, "\u0301": wire.BadName,
		"admin\u202enimda": wire.BadName, "a\u2066b": wire.BadName, "a\u00a0b": wire.BadName,
		"\u3164": wire.BadName, "a\ufeff": wire.BadName, "\xff": wire.BadName,
		"a\u0378": wire.BadName, strings.Repeat("名", 51): wire.BadName,
	} {
		if _, err := CheckName(in); codeOf(err) != want {
			t.Errorf("%q: got %v, want code %d", in, err, want)
		}
	}
}

func TestCheckDeviceAndDescription(t *testing.T) {
	if d, err := CheckDevice(""); d != "" || err != nil {
		t.Errorf("the nameless device: %q, %v", d, err)
	}
	if _, err := CheckDevice(strings.Repeat("d", 65)); codeOf(err) != wire.BadName {
		t.Errorf("a device of 65 characters: %v", err)
	}
	if d, err := CheckDescription(""); d != "" || err != nil {
		t.Errorf("no description: %q, %v", d, err)
	}
	if _, err := CheckDescription(strings.Repeat("d", 201)); codeOf(err) != wire.TextTooLong {
		t.Errorf("a description of 201 characters: %v", err)
	}
	if _, err := CheckGroupName(""); codeOf(err) != wire.BadName {
		t.Errorf("a group without a name: %v", err)
	}
}

// TestGroupNames: what joins is let through where it joins something.
func TestCheckDisplay(t *testing.T) {
	for in, want := range map[string]wire.Code{
		"": wire.OK, "Li Lei": wire.OK, "Алиса 王 👩\u200d🔬": wire.OK, strings.Repeat("x", 50): wire.OK,
		strings.Repeat("x", 51): wire.BadName, " x": wire.BadName, "x\ny": wire.BadName, "admin": wire.BadName, "a-d.m i n": wire.BadName,
		"管理员": wire.BadName, "аdmin": wire.BadName, "17": wire.BadName, "#1": wire.BadName, "\u202eevil": wire.BadName, "\xff": wire.BadName,
	} {
		if got, err := CheckDisplay(in); codeOf(err) != want || want == wire.OK && got != in {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestGroupNames(t *testing.T) {
	for in, want := range map[string]wire.Code{
		"❤\ufe0f": wire.OK, "👩\u200d❤\ufe0f\u200d👨": wire.OK, "👩🏽\u200d🔬 at 1\ufe0f\u20e3": wire.OK, "می\u200cخواهم": wire.OK, "क्\u200dष": wire.OK,
		"Go для всех": wire.OK, "17": wire.OK, "#1": wire.OK, "system": wire.OK,
		"chess\ufe0f": wire.BadName, "che\u200dss": wire.BadName, "chess\u200d": wire.BadName, "\u200c": wire.BadName, "chess\U000e0100": wire.BadName,
		"\u3164": wire.BadName, "a" + strings.Repeat("\u0316", 5): wire.BadName,
	} {
		if _, err := CheckGroupName(in); codeOf(err) != want {
			t.Errorf("%q: got %v, want code %d", in, err, want)
		}
	}
	// A device that was called so before must be able to come back.
	for _, in := range []string{"che\u200dss", "tab\ufe0f", "phone" + strings.Repeat("\u0316", 9)} {
		if _, err := CheckDevice(in); err != nil {
			t.Errorf("the device %q: %v", in, err)
		}
	}
}

func TestNameSkeletons(t *testing.T) {
	meet := func(a, b string) bool {
		for _, k := range NameSkeletons(a) {
			for _, l := range NameSkeletons(b) {
				if k == l {
					return true
				}
			}
		}
		return false
	}
	for _, c := range [][2]string{
		{"Scope", "ѕсоре"},
		{"scope", "ЅСОРЕ"},
		{"BOB", "ВОВ"},
		{"bob", "ВОВ"},
		{"ivan", "𝐈𝐯𝐚𝐧"},
		{"Ivan", "ıvan"},
		{"alice", "ａlice"},
		{"Paypal", "РаураӀ"},
		{"alice", "a\u200dlice"},
		{"Zoë", "Zoe\u0308"},
		{"Ω", "ω"},
		{"日本", "\u2f47本"},
		{"工", "エ"},
		{"leo", "le0"},
	} {
		if !meet(c[0], c[1]) {
			t.Errorf("%q and %q do not look alike", c[0], c[1])
		}
	}
	for _, c := range [][2]string{{"Рита", "Рига"}, {"Саша", "Паша"}, {"José", "Jose"}, {"小明", "小朋"}, {"Zoë", "Zoé"}, {"alice", "alicia"}} {
		if meet(c[0], c[1]) {
			t.Errorf("%q and %q look alike", c[0], c[1])
		}
	}
	for _, c := range []struct {
		a, b  string
		clash bool
	}{{"leo", "le0", false}, {"leo", "lео", true}, {"Leo", "leo", false}} {
		if NamesClash(c.a, c.b) != c.clash {
			t.Errorf("%q and %q: %v", c.a, c.b, !c.clash)
		}
	}
}

func TestNameKey(t *testing.T) {
	for _, same := range [][2]string{
		{"Alice", "aLICE"},
		{"STRASSE", "straße"},
		{"É", "e\u0301"},
		{"ΣΊΣΥΦΟΣ", "σίσυφος"},
		{"\u13a0", "\uab70"},
		{"\u13f5", "\u13fd"},
	} {
		if NameKey(same[0]) != NameKey(same[1]) {
			t.Errorf("%q and %q have the keys %q and %q", same[0], same[1], NameKey(same[0]), NameKey(same[1]))
		}
	}
	if NameKey("alice") == NameKey("alicе") { // the second ends in a Cyrillic letter
		t.Error("two different names have one key")
	}
}

func TestInertCharacters(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !inert(r) {
			continue
		}
		s := string(r)
		if p := norm.NFC.PropertiesString(s); !norm.NFC.IsNormalString(s) || !p.BoundaryBefore() || unicode.IsControl(r) {
			t.Errorf("%U is not", r)
		}
	}
}

func TestNameKeyIsStable(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !unicode.IsLetter(r) {
			continue
		}
		if k := NameKey(string(r)); NameKey(k) != k {
			t.Errorf("the key of the key of %U is another", r)
		}
	}
}

// Whatever goes in: what comes out is valid, within bounds, and stays as it is.
func TestTextRulesAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "runes") {
			s = rapid.String().Draw(t, "string")
		}
		checks := map[string]func(string) (string, error){
			"text": func(s string) (string, error) { return CheckText(s, 30) },
			"name": CheckName, "group": CheckGroupName, "description": CheckDescription, "device": CheckDevice,
		}
		for what, check := range checks {
			got, err := check(s)
			if what == "text" && err == nil && got != norm.NFC.String(s) {
				t.Fatalf("%q became %q", s, got)
			}
			if err != nil {
				if e := (*Error)(nil); !errors.As(err, &e) || e.Info == "" {
					t.Fatalf("%s: the refusal of %q does not say why: %v", what, s, err)
				}
				continue
			}
			if again, err := check(got); err != nil || again != got || !utf8.ValidString(got) {
				t.Fatalf("%s: %q became %q, and then %q, %v", what, s, got, again, err)
			}
		}
		if k := NameKey(s); NameKey(k) != k {
			t.Fatalf("the key of the key of %q is another", s)
		}
	})
}

func BenchmarkCheckText(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":   strings.Repeat("a", 100),
		"chinese": strings.Repeat("好", 100),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := CheckText(s, 4000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
