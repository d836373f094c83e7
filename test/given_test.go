package test

import (
	"strings"
	"testing"
)

// TestGivenDesign holds the given design, letter for letter, against the real program as it
// comes, over TCP: every line of it that a client sends is taken, and every line that the
// server says begins as it is given there. What the server says beyond that is its own.
func TestGivenDesign(t *testing.T) {
	p := serve(t, t.TempDir())
	his := dialPlain(t, p.tcp)
	his.says(t, `{"msgid":0,"name":"huangyuming","pwd":"sbhym"}`)
	his.hears(t, `{"msgid":1,"erron":0,"id":1,"name":"huangyuming"}`)
	his.says(t, `{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	his.hears(t, `{"msgid":3,"erron":0,"id":1,"name":"huangyuming","log":`)

	again := dialPlain(t, p.tcp)
	again.says(t, `{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	again.hears(t, `{"msgid":3,"erron":1,"errinfo":"already online"}`)

	// The design speaks of a user and of a group with the number 2.
	hers := dialPlain(t, p.tcp)
	hers.says(t, `{"msgid":0,"name":"li si","pwd":"zhang"}`)
	hers.hears(t, `{"msgid":1,"erron":0,"id":2,"name":"li si"}`)
	hers.says(t, `{"msgid":2,"id":2,"pwd":"zhang"}`)
	hers.hears(t, `{"msgid":3,"erron":0,"id":2,"name":"li si",`)

	his.says(t, `{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"xxx","time":"xxx"}`)
	his.hears(t, `{"msgid":10,"re":4,"erron":0,`)
	hers.hears(t, `{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"xxx","time":"`)
	his.says(t, `{"msgid":5,"id":1,"friendid":"2"}`)
	his.hears(t, `{"msgid":10,"re":5,"erron":0,`)
	his.says(t, `{"msgid":6,"id":1,"gname":"name","gdesc":"desc"}`)
	his.hears(t, `{"msgid":10,"re":6,"erron":0,"gid":1,`)
	hers.hears(t, `{"msgid":34,"what":"friend_added","id":1,"name":"huangyuming",`)
	hers.says(t, `{"msgid":6,"gname":"hers","gdesc":""}`)
	hers.hears(t, `{"msgid":10,"re":6,"erron":0,"gid":2,`)
	his.says(t, `{"msgid":7,"id":1,"gid":"2"}`)
	his.hears(t, `{"msgid":10,"re":7,"erron":0,"gid":2,`)
	hers.hears(t, `{"msgid":34,"what":"member_joined","id":1,`)
	his.says(t, `{"msgid":8,"id":1,"gid":"2","msg":"xxx","time":"xxx"}`)
	his.hears(t, `{"msgid":10,"re":8,"erron":0,`)
	hers.hears(t, `{"msgid":8,"id":1,"from":"huangyuming","gid":2,"msg":"xxx","time":"`)
}

// says sends an object as it stands.
func (p *plain) says(t testing.TB, object string) { t.Helper(); p.say(t, "%s\n", object) }

// hears holds the next frame against its beginning; what ends with } is all of it.
func (p *plain) hears(t testing.TB, want string) {
	t.Helper()
	got := p.line(t)
	if got != want && (strings.HasSuffix(want, "}") || !strings.HasPrefix(got, want)) {
		t.Fatalf("the server says %s\nwanted          %s", got, want)
	}
}
