package chat

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/wire"
)

// The 1,000 passwords that people use most, in lower case, the most frequent first. None
// is shorter than 5 characters. docs/decisions.md says where they come from.
//
//go:embed common_passwords.txt
var commonPasswordsText string

var commonPasswords = sync.OnceValue(func() map[string]struct{} {
	set := make(map[string]struct{}, 1000)
	for word := range strings.Lines(commonPasswordsText) {
		set[strings.TrimSuffix(word, "\n")] = struct{}{}
	}
	return set
})

// checkNewPassword holds a new password of the account called name against the rules: its
// length in characters, and that it is none of those that everybody tries first, which are
// the most common ones and the name itself, in capitals or not. The error is BadPassword.
func (s *Service) checkNewPassword(name, p string) error {
	if !utf8.ValidString(p) {
		return Errorf(wire.BadPassword, "the password is not valid UTF-8: send it in UTF-8")
	}
	n := utf8.RuneCountInString(norm.NFC.String(p))
	if n < s.o.MinPassword || n > s.o.MaxPassword {
		return Errorf(wire.BadPassword, "the password has %d characters: it needs %d to %d",
			n, s.o.MinPassword, s.o.MaxPassword)
	}
	plain := NameKey(p)
	if _, common := commonPasswords()[plain]; common {
		return Errorf(wire.BadPassword, "the password is one of the %d that people use most, which are tried first by whoever guesses: choose another",
			len(commonPasswords()))
	}
	if plain == NameKey(name) {
		return Errorf(wire.BadPassword, "the password is the name of the account: choose another")
	}
	return nil
}
