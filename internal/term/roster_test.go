package term

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// TestPeopleAreFoundByName writes to people who are no friends: one of an earlier
// conversation, and one of a group.
func TestPeopleAreFoundByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var removed, blocked []int64
		f.answers[wire.Conversations] = func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.ConversationsReply{RID: q.RID, Conversations: []wire.ConversationRow{{With: 7, Name: "dora"}}}}
		}
		f.answers[wire.Groups] = func(q *wire.Request) []appendsJSON {
			if q.GID != 0 {
				return []appendsJSON{&wire.GroupsReply{RID: q.RID, GID: q.GID, Members: []wire.MemberRow{{ID: 8, Name: "li si"}, {ID: 9, Name: "erik"}}}}
			}
			return []appendsJSON{&wire.GroupsReply{RID: q.RID, Groups: []wire.GroupRow{{GID: 9, GName: "club"}}}}
		}
		f.answers[wire.RemoveMember] = func(q *wire.Request) []appendsJSON { removed = append(removed, q.Member); return ok(q) }
		f.answers[wire.Block] = func(q *wire.Request) []appendsJSON { blocked = append(blocked, q.User); return ok(q) }
		got, err := script(t, f, nil, "/msg Dora hello", `/msg "li si" 你好`, "/to li si", "again", "/kick 9 erik", "/block dora", "/msg alice me?")
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		want := []string{"to 7: hello", "to 8: 你好", "to 8: again", "to 1: me?"}
		if d := cmp.Diff(want, f.got); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([][]int64{{9}, {7}}, [][]int64{removed, blocked}); d != "" {
			t.Error(d)
		}
		if !strings.Contains(got, "* now talking to li si\n") {
			t.Errorf("the name is not shown:\n%s", got)
		}
	})
}

// TestDaysAreShown has messages of two days.
func TestDaysAreShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is 1 January 2000
		f := newFake(t)
		at := func(seq int64, day string) *wire.Message {
			m := says(seq, "text")
			m.Time = day + "T23:59:59.000Z"
			return m
		}
		f.answers[wire.History] = func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.HistoryReply{RID: q.RID, With: 2, Messages: []wire.Message{
				*at(1, "1999-12-30"), *at(2, "1999-12-30"), *at(3, "1999-12-31"), *at(4, "2000-01-01"),
			}}}
		}
		got, err := script(t, f, nil, "/history bob")
		if err != nil {
			t.Fatal(err)
		}
		same(t, strings.TrimPrefix(got, welcome), `-- Thursday, 30 December 1999 --
@1    23:59:59 bob: text
@2    23:59:59 bob: text
-- Friday, 31 December 1999 --
@3    23:59:59 bob: text
-- Saturday, 1 January 2000 --
@4    23:59:59 bob: text
* 4 messages of bob
`)
	})
}
