package conformance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/client/clienttest"
	"parley/wire"
)

// changeFrame is frame 39 as the server gets it: what the program asked for, under this number.
type changeFrame struct {
	Change  string `json:"change"`
	SendSeq int64  `json:"send_seq"`
}

// states is a question for states (41) and its answer.
type states struct {
	Of      string            `json:"of"`
	After   int64             `json:"after"` // what is asked for
	Changes []json.RawMessage `json:"changes"`
	Rev     int64             `json:"rev"`
	More    bool              `json:"more"`
	Code    int               `json:"code"` // it is refused
}

// stateView is a message as a program shows it.
type stateView struct {
	Text      string   `json:"text"`
	Rev       int64    `json:"rev"`
	Edited    bool     `json:"edited"`
	Recalled  bool     `json:"recalled"`
	By        int64    `json:"by"`
	Reactions []string `json:"reactions"` // "👍 2"
	Mine      []string `json:"mine"`
	Pinned    bool     `json:"pinned"`
}

func viewOf(m *client.Message) stateView {
	v := stateView{
		Text: m.Text, Rev: m.State.Rev, Edited: !m.State.Edited.IsZero(), Recalled: m.State.Recalled, By: m.State.RecalledBy,
		Mine: m.State.Mine, Pinned: m.State.Pinned,
	}
	for _, r := range m.State.Reactions {
		v.Reactions = append(v.Reactions, fmt.Sprintf("%s %d", r.Emoji, r.Count))
	}
	if len(v.Mine) == 0 {
		v.Mine = nil
	}
	return v
}

// parseChange reads "edit u2:3 another text", "react u2:3 👍", "pin g7:1".
func (p *play) parseChange(s string) (client.Conversation, client.Change) {
	op, rest, _ := strings.Cut(s, " ")
	at, what, _ := strings.Cut(rest, " ")
	name, number, _ := strings.Cut(at, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		p.fail("%q is no change", s)
	}
	ch := client.Change{Op: op, Seq: seq}
	if op == client.OpEdit {
		ch.Text = what
	} else {
		ch.Emoji = what
	}
	return p.conversation(name), ch
}

// nameOf is what an outcome is called: the text of a message, or the change.
func nameOf(text string, of client.Conversation, ch *client.Change) string {
	if ch == nil {
		return text
	}
	return strings.TrimSuffix(fmt.Sprintf("%s %s %s", ch.Op, place(of, ch.Seq), ch.Text+ch.Emoji), " ")
}

func ackFrame(a *ack) clienttest.Frame {
	f := clienttest.Frame{"msgid": wire.Ack, "re": cmp.Or(a.Re, int(wire.Chat)), "erron": 0, "send_seq": a.SendSeq, "time": stamp}
	if a.Seq > 0 {
		f["seq"] = a.Seq
	}
	if a.Rev > 0 {
		f["rev"] = a.Rev
	}
	return f
}

// told brings the view up to date.
func (p *play) told(e client.Changed) {
	if m := p.view[place(e.Conversation, e.Seq)]; m != nil {
		m.Apply(e)
	}
}

func (p *play) changeStep(s step) {
	p.t.Helper()
	switch {
	case s.Change != nil:
		of, ch := p.parseChange(*s.Change)
		err := p.c.PostChange(of, ch, func(r client.Receipt, err error) { p.outcome(nameOf("", of, &ch), r, err) })
		if err != nil {
			p.fail("change: %v", err)
		}
	case s.Changes != nil:
		of, ch := p.parseChange(s.Changes.Change)
		want := map[string]any{
			"msgid": float64(wire.Change), "op": ch.Op, "seq": float64(ch.Seq), "send_seq": float64(s.Changes.SendSeq),
		}
		k, n := p.about(key(of))
		want[k] = float64(n)
		if ch.Op == client.OpEdit {
			want["msg"] = ch.Text
		} else if ch.Emoji != "" {
			want["emoji"] = ch.Emoji
		}
		p.expect(p.next(), want)
	case s.States != nil:
		p.states(*s.States)
	case s.Fetch != nil:
		go func(of client.Conversation) { // until the dialogue has answered
			page, err := p.c.HistoryAfter(p.t.Context(), of, 0, 0)
			if err == nil {
				p.fetched = page.Messages
			}
		}(p.conversation(*s.Fetch))
	}
}

func (p *play) states(s states) {
	p.t.Helper()
	f := p.next()
	k, n := p.about(s.Of)
	p.expect(f, map[string]any{"msgid": float64(wire.States), k: float64(n)})
	after, _ := f["rev"].(float64) // left out for 0
	if int64(after) != s.After {
		p.fail("the client asks for the states after %v, not %d", after, s.After)
	}
	if s.Code != 0 {
		p.send(clienttest.Frame{"msgid": wire.Ack, "re": wire.States, "rid": f["rid"], "erron": s.Code, "errinfo": "refused"})
		return
	}
	changes := s.Changes
	if changes == nil {
		changes = []json.RawMessage{}
	}
	answer := clienttest.Frame{"msgid": wire.StatesAnswer, "rid": f["rid"], k: n, "changes": changes, "more": s.More}
	if s.Rev > 0 {
		answer["rev"] = s.Rev
	}
	p.send(answer)
}

func (p *play) lookAtStates(s step) {
	p.t.Helper()
	want, what, got := s.Present, "the program shows", map[string]stateView{}
	switch {
	case s.Present != nil:
		for at, m := range p.view {
			got[at] = viewOf(m)
		}
	case s.Kept != nil:
		want, what = s.Kept, "the store has"
		for at := range s.Kept {
			name, _, _ := strings.Cut(at, ":")
			messages, _, err := p.store.Messages(p.conversation(name), 0, 100)
			if err != nil {
				p.fail("reading the store: %v", err)
			}
			for _, m := range messages {
				got[place(m.Conversation, m.Seq)] = viewOf(m)
			}
		}
	default:
		want, what = s.Fetched, "the history was"
		for _, m := range p.fetched {
			got[place(m.Conversation, m.Seq)] = viewOf(m)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		p.fail("%s: -dialogue +client\n%s", what, diff)
	}
}
