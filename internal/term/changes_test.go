package term

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

func TestChangesOfMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		mine := wire.Message{ID: 1, From: "alice", To: 2, Msg: "helo", Time: noon, Seq: 4, Device: "test"}
		gone := wire.Message{ID: 1, From: "alice", To: 2, Time: noon, Seq: 6, Rev: 3, Recalled: true, By: 1}
		f.answers[wire.History] = func(q *wire.Request) []appendsJSON {
			return []appendsJSON{&wire.HistoryReply{RID: q.RID, With: q.With, Messages: []wire.Message{mine, *says(5, "hi"), gone}}}
		}
		got, err := script(t, f, nil,
			"/edit no one", "/to bob", "/edit hello", "/edit @12 hello there", "/edit", "/edit @x y", "/recall", "/recall @12 why", "/react 👍", "/react @4 ❤️", "/react thumb",
			"/react two words", "/unreact @4 ❤️", "/pin", "/unpin @3", "/pins", "/history")
		if err == nil || err.Error() != "6 of the commands failed" {
			t.Errorf("ended with %v", err)
		}
		same(t, strings.TrimPrefix(got, welcome), `! /edit: in which conversation? Choose with /to NAME, /to ID or /to #GID first
* now talking to bob
  ✓ bob @4 edit
  ✓ bob @12 edit
! /edit: write /edit TEXT for your last message, or /edit @N TEXT for message N
! /edit: @x is no message: write its number, as /history shows it, like @12
  ✓ bob @4 recall
! /recall: write /recall for the last message, or /recall @N for message N
  ✓ bob @5 react
  ✓ bob @4 react
! /react: this is not one emoji (code 52)
! /react: write /react 👍 for the last message, or /react @N 👍 for message N
  ✓ bob @4 unreact
  ✓ bob @5 pin
  ✓ bob @3 unpin
-- Friday, 2 January 2026 --
@3    12:00:00 bob: rules (edited) 👍 2 (pinned)
* 1 pinned messages of bob
@4    12:00:00 me (test) to bob: helo
@5    12:00:00 bob: hi
@6    12:00:00 me to bob: (recalled)
* 3 messages of bob
`)
		want := []string{
			"edit 2/0 @4 hello", "edit 2/0 @12 hello there", "recall 2/0 @4 ", "react 2/0 @5 👍", "react 2/0 @4 ❤️", "react 2/0 @5 thumb",
			"unreact 2/0 @4 ❤️", "pin 2/0 @5 ", "unpin 2/0 @3 ",
		}
		if d := cmp.Diff(want, f.got); d != "" {
			t.Error(d)
		}
	})
}

// told makes the server tell of changes right behind the login answer.
func (f *fake) told(all ...appendsJSON) {
	login := f.answers[wire.Login]
	f.answers[wire.Login] = func(q *wire.Request) []appendsJSON { return append(login(q), all...) }
}

func someChanges() []appendsJSON {
	thumbs := []wire.ReactionRow{{Emoji: "👍", Count: 2}}
	return []appendsJSON{
		says(1, "one"), says(2, "two"),
		&wire.ChangedNotice{With: 2, Seq: 1, Rev: 1, Msg: "uno", Edited: noon},
		&wire.ChangedNotice{With: 2, Seq: 1, Rev: 2, Prev: 1, Msg: "uno", Edited: noon, Reactions: thumbs, Mine: []string{"👍"}, Pinned: true},
		&wire.ChangedNotice{With: 2, Seq: 2, Rev: 3, Prev: 2, Reactions: thumbs},
		&wire.ChangedNotice{With: 2, Seq: 2, Rev: 4, Prev: 3},
		&wire.ChangedNotice{With: 2, Seq: 2, Rev: 5, Prev: 4, Recalled: true, By: 2},
	}
}

func TestChangesAreShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.told(someChanges()...)
		got, err := script(t, f, func(ch *Chat) { ch.Linger = 5 * time.Second })
		if err != nil {
			t.Fatal(err)
		}
		same(t, strings.TrimPrefix(got, welcome), `-- Friday, 2 January 2026 --
12:00:00 bob: one
12:00:00 bob: two
~ bob @1: uno (edited)
~ bob @1: uno (edited) 👍 2 (pinned)
~ bob @2: 👍 2
~ bob @2: as it was sent
~ bob @2: (recalled)
`)
	})
}

func TestTailTellsOfChangesAsJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.told(someChanges()...)
		var out bytes.Buffer
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		tail := &Tail{Account: alice(f), JSON: true, Out: &out, Zone: time.UTC}
		if err := tail.Run(ctx); err != nil {
			t.Fatal(err)
		}
		_, got, _ := strings.Cut(out.String(), `"text":"two"`)
		_, got, _ = strings.Cut(got, "\n")
		same(t, got, `{"event":"changed","with":2,"seq":1,"text":"uno","rev":1,"edited":"2026-01-02T12:00:00.000Z"}
{"event":"changed","with":2,"seq":1,"text":"uno","rev":2,"edited":"2026-01-02T12:00:00.000Z","reactions":[{"emoji":"👍","count":2}],"my_emoji":["👍"],"pinned":true}
{"event":"changed","with":2,"seq":2,"rev":3,"reactions":[{"emoji":"👍","count":2}]}
{"event":"changed","with":2,"seq":2,"rev":4}
{"event":"changed","with":2,"seq":2,"rev":5,"recalled":true,"by":2,"my_emoji":[]}
`)
	})
}

// A change that is made without a connection is kept, and made by the next run.
func TestAChangeIsKeptWithoutAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.withTokens(nil)
		f.greet(says(1, "one"))
		state := filepath.Join(t.TempDir(), "state")
		withState := func(ch *Chat) { ch.State, ch.Linger = state, 1500*time.Millisecond }
		if _, err := script(t, f, withState, "/to bob"); err != nil {
			t.Fatal(err)
		}
		down := newFake(t)
		got, err := script(t, down, func(ch *Chat) {
			withState(ch)
			ch.Account.Options = away
		}, "/to 2", "/react @1 👍")
		if err == nil || !strings.Contains(got, "… bob: kept") {
			t.Errorf("without a server: %v\n%s", err, got)
		}
		if got, err = script(t, f, withState, ""); err != nil || !strings.Contains(got, "  ✓ bob @1 react\n") {
			t.Errorf("the next run: %v\n%s", err, got)
		}
		if len(f.got) != 1 || f.got[0] != "react 2/0 @1 👍" {
			t.Errorf("the server got %q", f.got)
		}
	})
}
