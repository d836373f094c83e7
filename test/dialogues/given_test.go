package dialogues

import (
	"strings"
	"testing"

	"parley/test/testkit"
)

// TestGivenDesign holds the given design, letter for letter, against the real program as it
// comes, over TCP: every line of it that a client sends is taken, and every line that the
// server says begins as it is given there. What the server says beyond that is its own.
func TestGivenDesign(t *testing.T) {
	p := testkit.Serve(t, t.TempDir())
	his := testkit.DialPlain(t, p.TCP)
	says(t, his, `{"msgid":0,"name":"huangyuming","pwd":"sbhym"}`)
	hears(t, his, `{"msgid":1,"erron":0,"id":1,"name":"huangyuming"}`)
	says(t, his, `{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	hears(t, his, `{"msgid":3,"erron":0,"id":1,"name":"huangyuming","log":`)

	again := testkit.DialPlain(t, p.TCP)
	says(t, again, `{"msgid":2,"id":1,"name":"huangyuming","pwd":"sbhym"}`)
	hears(t, again, `{"msgid":3,"erron":1,"errinfo":"already online"}`)

	// The design speaks of a user and of a group with the number 2.
	hers := testkit.DialPlain(t, p.TCP)
	says(t, hers, `{"msgid":0,"name":"li si","pwd":"zhang"}`)
	hears(t, hers, `{"msgid":1,"erron":0,"id":2,"name":"li si"}`)
	says(t, hers, `{"msgid":2,"id":2,"pwd":"zhang"}`)
	hears(t, hers, `{"msgid":3,"erron":0,"id":2,"name":"li si",`)

	says(t, his, `{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"xxx","time":"xxx"}`)
	hears(t, his, `{"msgid":10,"re":4,"erron":0,`)
	hears(t, hers, `{"msgid":4,"id":1,"from":"huangyuming","to":2,"msg":"xxx","time":"`)
	says(t, his, `{"msgid":5,"id":1,"friendid":"2"}`)
	hears(t, his, `{"msgid":10,"re":5,"erron":0,`)
	says(t, his, `{"msgid":6,"id":1,"gname":"name","gdesc":"desc"}`)
	hears(t, his, `{"msgid":10,"re":6,"erron":0,"gid":1,`)
	hears(t, hers, `{"msgid":34,"what":"friend_added","id":1,"name":"huangyuming",`)
	says(t, hers, `{"msgid":6,"gname":"hers","gdesc":""}`)
	hears(t, hers, `{"msgid":10,"re":6,"erron":0,"gid":2,`)
	says(t, his, `{"msgid":7,"id":1,"gid":"2"}`)
	hears(t, his, `{"msgid":10,"re":7,"erron":0,"gid":2,`)
	hears(t, hers, `{"msgid":34,"what":"member_joined","id":1,`)
	says(t, his, `{"msgid":8,"id":1,"gid":"2","msg":"xxx","time":"xxx"}`)
	hears(t, his, `{"msgid":10,"re":8,"erron":0,`)
	hears(t, hers, `{"msgid":8,"id":1,"from":"huangyuming","gid":2,"msg":"xxx","time":"`)
}

// says sends an object as it stands.
func says(t testing.TB, p *testkit.Plain, object string) { t.Helper(); p.Say(t, "%s\n", object) }

// hears holds the next frame against its beginning; what ends with } is all of it.
func hears(t testing.TB, p *testkit.Plain, want string) {
	t.Helper()
	got := p.Line(t)
	if got != want && (strings.HasSuffix(want, "}") || !strings.HasPrefix(got, want)) {
		t.Fatalf("the server says %s\nwanted          %s", got, want)
	}
}
