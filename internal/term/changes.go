package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/client"
	"parley/wire"
)

// The commands that do something to a message of the current conversation: the last one, the last
// one of one's own, or one that is named by its number, as @12.

func (ch *Chat) editMessage(ctx context.Context, args string) error {
	of, seq, text, err := ch.target(args)
	if err != nil {
		return err
	}
	if text == "" {
		return errors.New("write /edit TEXT for your last message, or /edit @N TEXT for message N")
	}
	if text, err = fit(text); err != nil {
		return err
	}
	return ch.change(ctx, of, client.Change{Op: client.OpEdit, Seq: seq, Text: text})
}

func (ch *Chat) recallMessage(ctx context.Context, args string) error {
	return ch.plainChange(ctx, client.OpRecall, args)
}

func (ch *Chat) pinMessage(ctx context.Context, args string) error {
	return ch.plainChange(ctx, client.OpPin, args)
}

func (ch *Chat) unpinMessage(ctx context.Context, args string) error {
	return ch.plainChange(ctx, client.OpUnpin, args)
}

func (ch *Chat) react(ctx context.Context, args string) error {
	return ch.emojiChange(ctx, client.OpReact, args)
}

func (ch *Chat) unreact(ctx context.Context, args string) error {
	return ch.emojiChange(ctx, client.OpUnreact, args)
}

func (ch *Chat) plainChange(ctx context.Context, op, args string) error {
	of, seq, rest, err := ch.target(args)
	if err == nil && rest != "" {
		err = fmt.Errorf("write /%s for the last message, or /%s @N for message N", op, op)
	}
	if err != nil {
		return err
	}
	return ch.change(ctx, of, client.Change{Op: op, Seq: seq})
}

func (ch *Chat) emojiChange(ctx context.Context, op, args string) error {
	of, seq, emoji, err := ch.target(args)
	if err == nil && (emoji == "" || strings.ContainsAny(emoji, " \t")) {
		err = fmt.Errorf("write /%s 👍 for the last message, or /%s @N 👍 for message N", op, op)
	}
	if err != nil {
		return err
	}
	return ch.change(ctx, of, client.Change{Op: op, Seq: seq, Emoji: emoji})
}

// target reads "@N REST"; seq is 0 where there is no number.
func (ch *Chat) target(args string) (of client.Conversation, seq int64, rest string, err error) {
	if ch.current == (client.Conversation{}) {
		return ch.current, 0, "", errors.New("in which conversation? Choose with /to NAME, /to ID or /to #GID first")
	}
	number, named := strings.CutPrefix(args, "@")
	if !named {
		return ch.current, 0, args, nil
	}
	number, rest, _ = strings.Cut(number, " ")
	seq, err = strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 1 {
		return ch.current, 0, "", fmt.Errorf("@%s is no message: write its number, as /history shows it, like @12", name(number))
	}
	return ch.current, seq, strings.TrimSpace(rest), nil
}

// lastSeq returns the last message that a change can be about: for an edit or a recall, one of one's own.
func (ch *Chat) lastSeq(ctx context.Context, of client.Conversation, op string) (int64, error) {
	own := op == client.OpEdit || op == client.OpRecall
	if ch.offline() && ch.c.Unacked() > 0 {
		return 0, errors.New("what you wrote last is not stored yet, so it has no number: try again when the server is there, or name another message")
	}
	if err := ch.flush(ctx); err != nil { // it may be on its way
		return 0, err
	}
	look := ch.c.HistoryBefore
	if ch.offline() {
		look = ch.c.Messages
	}
	page, err := look(ctx, of, 0, wire.MaxPage)
	if err != nil {
		return 0, err
	}
	for i := len(page.Messages) - 1; i >= 0; i-- {
		if m := page.Messages[i]; !m.State.Recalled && (m.Mine || !own) {
			return m.Seq, nil
		}
	}
	if own {
		return 0, errors.New("you have sent none of the last messages here: name the message by its number, as /history shows it, like @12")
	}
	return 0, errors.New("there is no message here yet")
}

// change makes a change, and shows its ack: as send does for a message.
func (ch *Chat) change(ctx context.Context, of client.Conversation, c client.Change) error {
	if c.Seq == 0 {
		var err error
		if c.Seq, err = ch.lastSeq(ctx, of, c.Op); err != nil {
			return err
		}
	}
	if ch.prompt == nil && ch.store == nil {
		r, err := ch.c.Change(ctx, of, c)
		if err == nil {
			ch.changeAcked(r, c)
		}
		return err
	}
	lost, answered := ch.whenLost(), make(chan struct{})
	err := ch.c.PostChange(of, c, func(r client.Receipt, err error) {
		defer close(answered)
		ch.changeOutcome(of, c, r, err)
	})
	if err != nil {
		return err
	}
	if ch.offline() {
		ch.kept(of, c.Op)
		return nil
	}
	if ch.prompt != nil {
		return nil
	}
	select {
	case <-answered:
	case <-lost:
		ch.kept(of, c.Op)
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// changeOutcome shows what became of a change.
func (ch *Chat) changeOutcome(of client.Conversation, c client.Change, r client.Receipt, err error) {
	switch {
	case err == nil:
		ch.changeAcked(r, c)
	case !errors.Is(err, client.ErrKept):
		ch.failed(fmt.Sprintf("/%s @%d in %s", c.Op, c.Seq, ch.who.label(of)), err)
	}
}

func (ch *Chat) changeAcked(r client.Receipt, c client.Change) {
	if ch.JSON {
		rec := ackRecord(r, c.Text)
		rec.Op, rec.Rev = c.Op, r.Rev
		ch.show.object(rec)
		return
	}
	ch.show.line("  ✓ %s @%d %s", ch.who.label(r.Conversation), r.Seq, c.Op)
}

// pins lists the pinned messages of the current or another conversation.
func (ch *Chat) pins(ctx context.Context, args string) error {
	v, err := ch.conversation(ctx, args)
	if err != nil {
		return err
	}
	all, err := ch.c.Pinned(ctx, v)
	if err != nil {
		return err
	}
	for _, m := range all {
		if ch.JSON {
			r := messageRecord(m)
			r.History = true
			ch.show.object(r)
			continue
		}
		ch.show.numbered(m)
	}
	ch.done(record{Command: "/pins", With: v.With, GID: v.GID}, "%d pinned messages of %s", len(all), ch.who.label(v))
	return nil
}

// changed shows that something was done to a message.
func (s *show) changed(e client.Changed) {
	words := ""
	if !e.State.Edited.IsZero() {
		words = " " + clean(e.Text)
	}
	words += stateWords(e.State)
	if words == "" {
		words = " as it was sent"
	}
	s.line("~ %s @%d:%s", s.who.label(e.Conversation), e.Seq, words)
}

// stateWords are what stands behind a message: " (edited) 👍 2 ❤️ 1 (pinned)".
func stateWords(state client.State) string {
	if state.Recalled {
		return " (recalled)"
	}
	words := ""
	if !state.Edited.IsZero() {
		words += " (edited)"
	}
	for _, r := range state.Reactions {
		words += fmt.Sprintf(" %s %d", name(r.Emoji), r.Count)
	}
	if state.Pinned {
		words += " (pinned)"
	}
	return words
}

// reactionRow is an emoji on a message, as JSON.
type reactionRow struct {
	Emoji string `json:"emoji"`
	Count int64  `json:"count"`
}

// setState puts what was done to a message into its record.
func (r *record) setState(state client.State) {
	r.Rev, r.Recalled, r.By, r.MyEmoji = state.Rev, state.Recalled, state.RecalledBy, state.Mine
	if !state.Edited.IsZero() {
		r.Edited = stamp(state.Edited)
	}
	if state.Pinned {
		r.Pinned = &state.Pinned
	}
	for _, one := range state.Reactions {
		r.Reactions = append(r.Reactions, reactionRow(one))
	}
}

func changedRecord(e client.Changed) record {
	r := record{Event: "changed", With: e.Conversation.With, GID: e.Conversation.GID, Seq: e.Seq}
	r.setState(e.State)
	if r.Edited != "" {
		r.Text = e.Text
	}
	if !e.MineUnchanged && r.MyEmoji == nil {
		r.MyEmoji = []string{}
	}
	return r
}
