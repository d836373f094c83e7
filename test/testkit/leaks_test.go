package testkit

import (
	"testing"
)

func TestLeaksAreFound(t *testing.T) {
	for text, want := range map[string]int{
		"level=INFO msg=login pwd=" + Password + "\n":                                      1,
		`msg="{\"msgid\":2,\"pwd\":\"x\"}"` + "\n":                                         1,
		"code=4RJ7-K0QX-9MTB-E2HW-VA5C-1NPS-8DFY\n":                                        1,
		"token=" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ" + "\n":                    1,
		"key=SHA256:" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ" + "\n":               0,
		"sha256=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae id=12 \n": 0,
	} {
		var l leaks
		l.look([]byte(text[:5]))
		l.look([]byte(text[5:]))
		if got := len(l.all()); got != want {
			t.Errorf("%d leaks are found in %q, want %d", got, text, want)
		}
	}
}
