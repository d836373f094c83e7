package emoji

import (
	"slices"
	"strings"
	"testing"
)

func TestQualified(t *testing.T) {
	for s, want := range map[string]string{
		"👍":       "👍",
		"👍🏽":      "👍🏽",
		"❤":       "❤️",
		"❤️":      "❤️",
		"🏳‍🌈":     "🏳️‍🌈",
		"👩‍❤‍👨":   "👩‍❤️‍👨",
		"1\u20e3": "1️⃣",
		"🇩🇪":      "🇩🇪",
		"👨‍👩‍👧‍👦": "👨‍👩‍👧‍👦",
		"🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
		"👍\ufe0f": "👍", // a selector too many
	} {
		if got, ok := Qualified(s); !ok || got != want {
			t.Errorf("Qualified(%+q) = %+q, %v, want %+q", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "a", "1", "#", "\ufe0f", "\u200d", "👍👍", "👍 ", " 👍", "🇩", "<b>", strings.Repeat("👍", 1000)} {
		if got, ok := Qualified(s); ok {
			t.Errorf("Qualified(%+q) = %+q, want nothing", s, got)
		}
	}
}

// The table is the one of Unicode 17.0: no line twice, none that is longer than what is looked
// up, and none that means another one.
func TestTable(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(unpacked(), "\n"), "\n")
	if len(lines) != 3953 || len(qualified()) != len(lines) {
		t.Errorf("the table has %d emoji, and %d without selectors; Unicode 17.0 has 3953", len(lines), len(qualified()))
	}
	if !slices.IsSorted(lines) {
		t.Error("the table is not sorted")
	}
	for _, e := range lines {
		if got, ok := Qualified(e); !ok || got != e || len(e) > MaxBytes || strings.ContainsAny(e, " \n") {
			t.Errorf("%+q is %+q, %v", e, got, ok)
		}
	}
}

func BenchmarkQualified(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Qualified("👍🏽")
	}
}
