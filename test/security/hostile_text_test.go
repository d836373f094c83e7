package security

import (
	"strconv"
	"strings"
	"testing"

	"parley/client"
	"parley/test/testkit"
	"parley/wire"
)

// TestHostileTextsAmongGoodOnes: texts that no database should see come in one write
// with good ones. The right ones are refused with the right error, and everything else
// is stored once, in order.
func TestHostileTextsAmongGoodOnes(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	_, alice := testkit.Account(t, p, "alice")
	bob, bobID := testkit.Account(t, p, "bob")
	q := testkit.DialPlain(t, p.TCP)
	q.Say(t, `{"msgid":2,"name":"alice","pwd":"%s","device":"d"}`, testkit.Password)
	q.Await(t, wire.LoginAnswer)

	texts := []struct {
		text string
		want wire.Code
	}{
		{`good 1`, wire.OK},
		{`nul \u0000 inside`, wire.BadText},
		{`good 2`, wire.OK},
		{`lone \ud800 surrogate`, wire.BadText},
		{`other \udc00 half`, wire.BadText},
		{`good 3 \ud83d\ude42`, wire.OK},
		{"invalid \xff\xfe UTF-8", wire.BadText},
		{"overlong \xc0\x80 NUL", wire.BadText},
		{`good 4`, wire.OK},
		{`escape \u001b[2J`, wire.BadText},
		{``, wire.BadText},
		{strings.Repeat("长", 4001), wire.TextTooLong},
		{strings.Repeat("长", 4000), wire.OK},
		{`Robert'); DROP TABLE messages;--`, wire.OK},
		{`good 5`, wire.OK},
	}
	var batch strings.Builder
	for i, x := range texts {
		batch.WriteString(`{"msgid":4,"to":2,"send_seq":`)
		batch.WriteString(strconv.Itoa(i + 1))
		batch.WriteString(`,"msg":"` + x.text + `"}` + "\x00")
	}
	q.Say(t, "%s", batch.String())
	answers := map[int64]testkit.Frame{}
	for range texts {
		a := q.Await(t, wire.Ack)
		answers[a.SendSeq] = a
	}
	stored := int64(0)
	for i, x := range texts {
		a, ok := answers[int64(i+1)]
		if !ok || a.Erron != x.want {
			t.Errorf("%.30q was answered with code %d (%v), want %d", x.text, a.Erron, ok, x.want)
		}
		if x.want == wire.OK {
			stored++
			if a.Seq != stored {
				t.Errorf("%.30q is seq %d, want %d", x.text, a.Seq, stored)
			}
		}
	}
	log := testkit.ReadAll(t, testkit.Login(t, bob), client.Direct(alice))
	if int64(len(log)) != stored {
		t.Errorf("%d messages are stored, want %d: %v", len(log), stored, log)
	}
	if log["good 3 🙂"] != 3 || log[`Robert'); DROP TABLE messages;--`] != 6 || bobID != 2 {
		t.Errorf("the log is %v", log)
	}
}
