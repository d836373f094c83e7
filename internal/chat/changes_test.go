package chat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/wire"
)

// changers are who may want to change a message: of a direct conversation, and of a group. The
// message has the seq 5 and was sent by user 1.
var changers = map[string]Changer{
	"author":                          {User: 1, Kind: Direct},
	"other":                           {User: 2, Kind: Direct},
	"blocked author":                  {User: 1, Kind: Direct, Barred: E(wire.Blocked)},
	"blocked other":                   {User: 2, Kind: Direct, Barred: E(wire.Blocked)},
	"closed":                          {User: 1, Kind: Direct, Barred: E(wire.AccountClosed)},
	"group author":                    {User: 1, Kind: Group, Sees: Windows{{0, Open}}},
	"member":                          {User: 2, Kind: Group, Sees: Windows{{0, Open}}},
	"creator":                         {User: 3, Kind: Group, Role: Creator, Sees: Windows{{0, Open}}},
	"late member":                     {User: 2, Kind: Group, Sees: Windows{{5, Open}}},
	"late creator":                    {User: 3, Kind: Group, Role: Creator, Sees: Windows{{5, Open}}},
	"back again":                      {User: 2, Kind: Group, Sees: Windows{{0, 4}, {6, Open}}},
	"former author":                   {User: 1, Kind: Group, Sees: Windows{{0, 9}}, Barred: E(wire.NotMember)},
	"former":                          {User: 2, Kind: Group, Sees: Windows{{0, 9}}, Barred: E(wire.NotMember)},
	"former creator":                  {User: 3, Kind: Group, Role: Creator, Sees: Windows{{0, 9}}, Barred: E(wire.NotMember)},
	"gone before":                     {User: 2, Kind: Group, Sees: Windows{{0, 4}}, Barred: E(wire.NotMember)},
	"author, at last":                 {User: 1, Kind: Direct, At: time.Unix(48*3600, 0)},
	"author, too late":                {User: 1, Kind: Direct, At: time.Unix(48*3600, 1)},
	"creator, of one's own, too late": {User: 1, Kind: Group, Role: Creator, Sees: Windows{{0, Open}}, At: time.Unix(48*3600, 1)},
	"former author, too late":         {User: 1, Kind: Group, Sees: Windows{{0, 9}}, Barred: E(wire.NotMember), At: time.Unix(48*3600, 1)},
}

// mayChange says for edit, recall, react, unreact, pin and unpin how each of them is answered.
var mayChange = map[string]string{
	"author":                          "- - - - - -",
	"other":                           "not_author not_author - - - -",
	"blocked author":                  "blocked - blocked blocked blocked blocked",
	"blocked other":                   "not_author not_author blocked blocked blocked blocked",
	"closed":                          "account_closed - account_closed account_closed account_closed account_closed",
	"group author":                    "- - - - not_admin not_admin",
	"member":                          "not_author not_author - - not_admin not_admin",
	"creator":                         "not_author - - - - -",
	"late member":                     "no_such_message no_such_message no_such_message no_such_message no_such_message no_such_message",
	"late creator":                    "no_such_message no_such_message no_such_message no_such_message no_such_message no_such_message",
	"back again":                      "no_such_message no_such_message no_such_message no_such_message no_such_message no_such_message",
	"former author":                   "not_member - not_member not_member not_member not_member",
	"former":                          "not_author not_author not_member not_member not_member not_member",
	"former creator":                  "not_author not_author not_member not_member not_member not_member",
	"gone before":                     "not_member not_member not_member not_member not_member not_member",
	"author, at last":                 "- - - - - -",
	"author, too late":                "too_late too_late - - - -",
	"creator, of one's own, too late": "too_late - - - - -",
	"former author, too late":         "too_late too_late not_member not_member not_member not_member",
}

func TestWhoMayChangeWhat(t *testing.T) {
	if len(changers) != len(mayChange) {
		t.Errorf("%d changers, and answers for %d", len(changers), len(mayChange))
	}
	for who, by := range changers {
		by.Within = 48 * time.Hour
		answers := strings.Fields(mayChange[who])
		for i, op := range []ChangeOp{Edit, Recall, React, Unreact, Pin, Unpin} {
			c := Change{Op: op, Seq: 5}
			got := "-"
			if err := c.Authorize(&by, &Message{Seq: 5, Sender: 1, SentAt: time.Unix(0, 0)}); err != nil {
				got = AsError(err).Code.Name()
			}
			if i >= len(answers) || got != answers[i] {
				t.Errorf("%s, %s: %s, want %s", who, op, got, answers[min(i, len(answers)-1)])
			}
			own := op == Recall && strings.Contains(who, "author") && got == "-"
			leads := got == "-" && by.Kind == Group && (op == Pin || op == Unpin || op == Recall && !own && by.Role == Creator)
			if c.Leads != leads || c.Anyway != own && by.User != 1 {
				t.Errorf("%s, %s: leads %v, anyway %v", who, op, c.Leads, c.Anyway)
			}
		}
	}
	for _, op := range []ChangeOp{Edit, Recall} { // the message is not there
		by := Changer{User: 1, Kind: Direct}
		if err := (&Change{Op: op, Seq: 5}).Authorize(&by, nil); !errors.Is(err, E(wire.NoSuchMessage)) {
			t.Errorf("%s of nothing: %v", op, err)
		}
	}
}

func TestCheckChange(t *testing.T) {
	for _, x := range []struct {
		give, want Change
		code       wire.Code
	}{
		{Change{Op: Edit, Seq: 1, Body: "e\u0301", Emoji: "x"}, Change{Op: Edit, Seq: 1, Body: "é"}, wire.OK},
		{Change{Op: Edit, Seq: 1}, Change{}, wire.BadText},
		{Change{Op: Edit, Seq: 1, Body: strings.Repeat("x", 11)}, Change{}, wire.TextTooLong},
		{Change{Op: React, Seq: 1, Emoji: "❤", Body: "x"}, Change{Op: React, Seq: 1, Emoji: "❤️"}, wire.OK},
		{Change{Op: Unreact, Seq: 1, Emoji: "❤️"}, Change{Op: Unreact, Seq: 1, Emoji: "❤️"}, wire.OK},
		{Change{Op: React, Seq: 1, Emoji: "ok"}, Change{}, wire.BadEmoji},
		{Change{Op: React, Seq: 1}, Change{}, wire.BadEmoji},
		{Change{Op: Recall, Seq: 1, Body: "x", Emoji: "y"}, Change{Op: Recall, Seq: 1}, wire.OK},
		{Change{Op: Pin, Seq: 1}, Change{Op: Pin, Seq: 1}, wire.OK},
		{Change{Op: Pin}, Change{}, wire.BadField},
		{Change{Seq: 1}, Change{}, wire.BadField},
		{Change{Op: 7, Seq: 1}, Change{}, wire.BadField},
	} {
		got, err := CheckChange(x.give, 10)
		code := wire.OK
		if err != nil {
			code = AsError(err).Code
		}
		if code != x.code || err == nil && got != x.want {
			t.Errorf("%+v became %+v, %v", x.give, got, err)
		}
	}
	for o := Edit; o <= Unpin; o++ {
		if got, ok := ChangeOpOf(o.String()); !ok || got != o {
			t.Errorf("%d is called %q, which is %d", o, o, got)
		}
	}
	if o, ok := ChangeOpOf(""); ok {
		t.Errorf("no word is %d", o)
	}
	if s := ChangeOp(9).String(); s != "" {
		t.Errorf("an operation that does not exist is called %q", s)
	}
}

// A state that is not changed by a refusal stays as it was, with its own list of reactions.
func TestARefusedChangeChangesNothing(t *testing.T) {
	s := State{Seq: 1, Rev: 7}
	for i := range wire.MaxEmoji {
		s.Reactions = append(s.Reactions, Reaction{fmt.Sprint(i), 1})
	}
	before := fmt.Sprint(s)
	for _, c := range []Change{{Op: React, Emoji: "another"}, {Op: Unreact, Emoji: "another"}, {Op: Unpin}} {
		if moved, err := c.Apply(&s, 1, time.Unix(1, 0), nil, 0); moved && err == nil {
			t.Errorf("%s is taken", c.Op)
		}
	}
	own := make([]string, wire.MaxOwnEmoji)
	if _, err := (&Change{Op: React, Emoji: "1"}).Apply(&s, 1, time.Unix(1, 0), own, 0); !errors.Is(err, E(wire.LimitReached)) && AsError(err).Code != wire.LimitReached {
		t.Errorf("one too many of one's own: %v", err)
	}
	if after := fmt.Sprint(s); after != before {
		t.Errorf("%s\nbecame\n%s", before, after)
	}
}
