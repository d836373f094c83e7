package chat

import (
	"unicode"

	"parley/internal/chat/confusable"
	"parley/wire"
)

// lineRules are what differs between the kinds of names.
type lineRules struct {
	what string // in errors
	max  int    // characters
	// marks is how many marks may stand on one letter: with many, a name covers those above
	// and below it.
	marks int
	// unseen says which characters that cannot be seen are let through: r stands between two
	// others. nil is none.
	unseen func(before, r, after rune) bool
}

const fewMarks = 4 // the most that UTS #39 lets through; no language needs more

// joiners lets through what makes one emoji of several, or chooses its form, and what joins or
// parts the letters of scripts that are written joined (as in Persian and Hindi).
func joiners(before, r, after rune) bool {
	const variant, zwnj, zwj = '\ufe0f', '\u200c', '\u200d'
	switch r {
	case variant:
		return unicode.In(before, unicode.So, unicode.Sm, unicode.Po, unicode.Nd)
	case zwj:
		return unicode.In(before, unicode.So, unicode.Sk, unicode.Variation_Selector) && unicode.In(after, unicode.So, unicode.Sm) ||
			joined(before) && joined(after)
	case zwnj:
		return joined(before) && joined(after)
	}
	return false
}

func joined(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer)
}

// wasLetThrough are the unseen characters that device names have always been allowed. Nobody but
// their owner sees them, and a device that has such a name must go on logging in.
func wasLetThrough(_, r, _ rune) bool {
	switch r {
	case '\u034f', '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0':
		return false
	case '\u200c', '\u200d':
		return true
	}
	return unicode.IsGraphic(r)
}

// checkLine returns a name of some kind as it is kept. It may have no control characters, none
// that turn the direction of writing or cannot be seen (but for those let through), no spaces but
// the plain one inside, and no code points without a meaning. The error is BadName.
func checkLine(s string, rules lineRules) (string, error) {
	s, err := normalized(wire.BadName, rules.what, s)
	if err != nil {
		return "", err
	}
	line := []rune(s)
	visible, marks := false, 0
	for i, r := range line {
		marks++
		if !unicode.IsMark(r) {
			marks = 0
		}
		if why := rules.refuses(line, i, marks); why != "" {
			return "", Errorf(wire.BadName, "the %s has %U as its character %d, %s", rules.what, r, i+1, why)
		}
		visible = visible || r != ' ' && marks == 0 && !confusable.Invisible(r)
	}
	switch n := len(line); {
	case n == 0:
		return "", Errorf(wire.BadName, "the %s is empty: it needs 1 to %d characters", rules.what, rules.max)
	case n > rules.max:
		return "", Errorf(wire.BadName, "the %s has %d characters: at most %d are allowed", rules.what, n, rules.max)
	case line[0] == ' ' || line[n-1] == ' ':
		return "", Errorf(wire.BadName, "the %s begins or ends with a space: leave it out", rules.what)
	case !visible:
		return "", Errorf(wire.BadName, "the %s has no character that can be seen: choose another", rules.what)
	}
	return s, nil
}

// refuses says what is wrong with character i of a line, which is the marks-th mark in a row
// (0: it is none); "" for nothing.
func (rules *lineRules) refuses(line []rune, i, marks int) string {
	r := line[i]
	if confusable.Invisible(r) {
		before, after := ' ', ' '
		if i > 0 {
			before = line[i-1]
		}
		if i+1 < len(line) {
			after = line[i+1]
		}
		if rules.unseen == nil || !rules.unseen(before, r, after) {
			return "which cannot be seen: leave it out"
		}
		return ""
	}
	switch {
	case r != ' ' && (unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == unicode.ReplacementChar):
		return "which is not allowed: use letters, digits, signs and plain spaces"
	case marks == i+1 && rules.marks == fewMarks:
		return "a mark that has no letter: leave it out"
	case marks > rules.marks:
		return "one mark too many on one letter: leave it out"
	}
	return ""
}
