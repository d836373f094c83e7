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
		"huangyuming": wire.OK, "黄玉明": wire.OK, "Jean d'Arc": wire.OK, "👩\u200d🔬": wire.OK,
		"می\u200cخواهم": wire.OK, strings.Repeat("名", 50): wire.OK,
		"": wire.BadName, " ": wire.BadName, " a": wire.BadName, "a ": wire.BadName,
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
