package confusable

import "testing"

func TestSkeleton(t *testing.T) {
	for looks, s := range map[string]string{
		"paypal":  "раура\u04c0",            // Cyrillic
		"scope":   "ѕсоре",                  // Cyrillic
		"alice":   "\uff41lice",             // full width
		"bob":     "\U0001d41b\U0001d428b",  // mathematical
		"rnary":   "mary",                   // m is like rn, for all
		"leo":     "l\u200de\ufe0fo\u180b",  // with what cannot be seen
		"e\u0301": "é",                      // decomposed
		"o\u0338": "\u00f8",                 // a stroke is a mark
		"\u5de5":  "\u30a8",                 // the character and the Katakana
		"lO":      "IO",                     // I is like l
		"O\u0308": "0\u0308",                // a digit under a mark
		"日本語":     "日本語",                    // nothing to do
		"al":      "a\u01c0",                // a click
		"g":       "\u0261",                 // IPA
		"O":       "0",                      // for all, and why ASCII is left alone
		"!!":      "\u203c\U000e0100\u3164", // signs, and fillers
	} {
		if got := Skeleton(s); got != looks {
			t.Errorf("%q looks like %q, want %q", s, got, looks)
		}
	}
}

// TestSkeletonEnds: no characters of the table look like each other in a circle.
func TestSkeletonEnds(t *testing.T) {
	if n := len(prototypes()); n < 5000 {
		t.Errorf("the table has %d characters", n)
	}
	for r, p := range prototypes() {
		if Skeleton(string(r)) != Skeleton(p) {
			t.Errorf("%U looks like %q, and its prototype %q like %q", r, Skeleton(string(r)), p, Skeleton(p))
		}
	}
}

func TestInvisible(t *testing.T) {
	for _, r := range "\ufe00\ufe0f\u180b\u17b4\u17b5\u200c\u200d\U000e0100\U000e01ef\U0001d159\u00ad\u034f\u115f\u3164\uffa0\u2800\u2060\ufeff\u061c\U000e0041\U0001d173" {
		if !Invisible(r) {
			t.Errorf("%U can be seen", r)
		}
	}
	for _, r := range "a1é中あ한가Ж☃👩\u0301\u0e31 -_" {
		if Invisible(r) {
			t.Errorf("%U cannot be seen", r)
		}
	}
}

func TestMixed(t *testing.T) {
	for _, s := range []string{
		"", "alice", "Алиса", "王小明 Wang", "あゆみ", "アユミayumi歩", "김민수 Kim 金", "ㄅㄆㄇ注音abc", "علي", "ελένη", "12-3", "中ー1", "नमस्ते", "Ａnn",
	} {
		if one, other := Mixed(s); one != "" {
			t.Errorf("%q mixes %s and %s", s, one, other)
		}
	}
	for _, s := range []string{"аlice", "Алиса dev", "王Иван", "あ한", "ㄅあ", "αlpha", "한ㄅ", "אa"} {
		if one, _ := Mixed(s); one == "" {
			t.Errorf("%q mixes nothing", s)
		}
	}
}
