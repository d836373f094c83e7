package chat

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"parley/internal/chat/confusable"
	"parley/wire"
)

// CheckName returns the name of a new account as it is kept: UTF-8 in NFC, 1 to wire.MaxName
// characters, all of which can be seen, in scripts that go together, and neither a number nor
// one of the words that are reserved. The error is BadName.
//
// Names that were registered before may break rules that came later. FindKey takes those too.
func CheckName(s string) (string, error) {
	s, err := checkLine(s, lineRules{what: "name", max: wire.MaxName, marks: fewMarks})
	if err != nil {
		return "", err
	}
	if one, other := confusable.Mixed(s); one != "" {
		return "", Errorf(wire.BadName, "the name has letters of the scripts %s and %s, which look too much like each other to stand in one name: use one script",
			one, other)
	}
	return s, checkReserved(s)
}

// FindKey returns the key under which an account of that name is found, if there is one;
// ok is false where there cannot be one. Blanks around the name do not matter.
func FindKey(name string) (key string, ok bool) {
	name = norm.NFC.String(strings.TrimSpace(name))
	if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > wire.MaxName || strings.ContainsFunc(name, unicode.IsControl) {
		return "", false
	}
	return NameKey(name), true
}

// CheckGroupName returns a group's name as it is kept: like CheckName, but in any scripts, and
// with what joins emoji, or the letters of scripts that need it. Groups are told apart by number.
func CheckGroupName(s string) (string, error) {
	return checkLine(s, lineRules{what: "group's name", max: wire.MaxName, marks: fewMarks, unseen: joiners})
}

// CheckDevice returns a device's name as it is kept; "" stands for the nameless
// device. Others have 1 to wire.MaxDeviceName characters. The error is BadName.
func CheckDevice(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	return checkLine(s, lineRules{what: "device's name", max: wire.MaxDeviceName, marks: wire.MaxDeviceName, unseen: wasLetThrough})
}

// CheckLabel returns what a device says of itself as it is kept: at most wire.MaxDeviceName
// characters, or "" for nothing. Errors: BadName.
func CheckLabel(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	return checkLine(s, lineRules{what: "device's label", max: wire.MaxDeviceName, marks: wire.MaxDeviceName})
}

// NameKey is what two spellings of one name have in common: NFC and case-folded.
// It carries the uniqueness of names, so that it means the same on every database.
func NameKey(name string) string {
	if plainASCII(name) {
		return strings.ToLower(name)
	}
	return norm.NFC.String(fold(norm.NFC.String(name)))
}

func fold(s string) string { return strings.Map(foldCherokee, cases.Fold().String(s)) }

// foldCherokee folds the one script that Unicode folds to its capitals, and that
// x/text turns around instead, so that the two cases would not meet.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	}
	return r
}

// Skeleton is a digest of what a name looks like.
type Skeleton [16]byte

// NameSkeletons returns what a name looks like, in order and each once: as it is written, in
// small letters and in capitals. Two names that have one in common can be taken for each other
// (see NamesClash). They are the skeletons of UTS #39, compared without regard to case.
func NameSkeletons(name string) []Skeleton {
	plain := norm.NFKC.String(name)
	var all []Skeleton
	for _, s := range []string{name, fold(plain), strings.ToUpper(plain)} {
		digest := sha256.Sum256([]byte(norm.NFD.String(fold(confusable.Skeleton(s)))))
		all = append(all, Skeleton(digest[:16]))
	}
	slices.SortFunc(all, func(a, b Skeleton) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(all)
}

// NamesClash reports whether two names that have a skeleton in common may not both be
// registered. Two names in ASCII may: people tell leo from le0, and have always had to.
func NamesClash(a, b string) bool {
	return NameKey(a) != NameKey(b) && !(plainASCII(a) && plainASCII(b))
}

// ErrLookAlike is what somebody is told who wants a name that can be taken for another's.
func ErrLookAlike(other string) *Error {
	return Errorf(wire.NameTaken, "this name looks like %s, which exists already: choose another", other)
}

// reservedWords are names that could be taken for the server's, for somebody in charge, or for
// everybody. Blanks and -_. between their letters do not matter.
var reservedWords = []string{
	"admin", "administrator", "all", "anonymous", "channel", "deleted", "deletedaccount", "deleteduser", "everybody", "everyone", "group",
	"guest", "help", "here", "host", "info", "me", "mod", "moderator", "myself", "nobody", "none", "null", "official", "operator", "owner",
	"parley", "postmaster", "root", "security", "self", "server", "service", "staff", "support", "sysop", "system", "undefined", "unknown",
	"user", "webmaster", "you",
	"系统", "系统消息", "系统管理员", "管理员", "管理", "群主", "服务器", "客服", "官方", "所有人", "全体成员", "匿名", "游客", "我", "自己", "已注销", "已删除",
}

var reserved = sync.OnceValue(func() map[Skeleton]string {
	m := make(map[Skeleton]string, 2*len(reservedWords))
	for _, w := range reservedWords {
		for _, s := range NameSkeletons(w) {
			m[s] = w
		}
	}
	return m
})

// checkReserved refuses names that mean something else: numbers, also with the # that stands
// before a number in commands, and reserved words. A name in ASCII is compared as it is, any
// other one by its looks.
func checkReserved(name string) error {
	plain := norm.NFKC.String(name)
	switch {
	case strings.HasPrefix(plain, "#"):
		return Errorf(wire.BadName, "the name begins with #, which stands before numbers: leave it out")
	case !strings.ContainsFunc(plain, func(r rune) bool { return !unicode.IsNumber(r) && r != ' ' }):
		return Errorf(wire.BadName, "the name is a number, as ids are: add a letter")
	}
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.", r) {
			return -1
		}
		return r
	}, name)
	for _, s := range NameSkeletons(bare) {
		if word, is := reserved()[s]; is && (!plainASCII(bare) || NameKey(bare) == word) {
			return Errorf(wire.BadName, "the name %s is reserved, or looks like one that is: choose another", name)
		}
	}
	return nil
}
