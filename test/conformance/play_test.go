package conformance

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/client/clienttest"
	"parley/wire"
)

const stamp = "2026-01-02T03:04:05.006Z"

// mostBeats is how many heartbeats and received cursors may come before the frame that a step
// waits for: fake time has no end.
const mostBeats = 100

// play is one dialogue under way.
type play struct {
	t      *testing.T
	at     int // the step
	server *clienttest.Server
	store  *clienttest.Store
	c      *client.Client
	peer   *clienttest.Peer
	peers  []*clienttest.Peer // all of them
	// asked are frames of the client that came before their step.
	asked    []clienttest.Frame
	shown    []string
	outcomes map[string]any
	ended    error
	// view is what the program shows, by conversation and seq.
	view    map[string]*client.Message
	fetched []*client.Message
}

func newPlay(t *testing.T) *play {
	p := &play{t: t, server: clienttest.NewServer(), store: new(clienttest.Store), outcomes: make(map[string]any), view: make(map[string]*client.Message)}
	p.start()
	synctest.Wait()
	return p
}

func (p *play) start() {
	c, err := client.New(client.Options{
		Server: "tcp://server:6000", Name: "alice", Password: "password", Device: "test",
		Dialer: p.server.Dial, Store: p.store, OnEvent: p.event,
		MinBackoff: 10 * time.Millisecond, MaxBackoff: 10 * time.Millisecond,
	})
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.fail("starting the client: %v", err)
	}
	p.c = c
}

func (p *play) end() {
	p.c.Close()
	for _, peer := range p.peers {
		peer.Cut()
	}
	p.server.Forget()
}

func (p *play) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("step %d: %s", p.at, fmt.Sprintf(format, args...))
}

// event notes what the client tells. It runs in the handlers' goroutine; steps read what it
// wrote after synctest.Wait.
func (p *play) event(_ *client.Client, e client.Event) {
	switch e := e.(type) {
	case *client.Message:
		p.shown = append(p.shown, place(e.Conversation, e.Seq))
		copied := *e
		p.view[place(e.Conversation, e.Seq)] = &copied
	case client.Changed:
		p.told(e)
	case client.Gap:
		p.shown = append(p.shown, fmt.Sprintf("gap %s:%d-%d", key(e.Conversation), e.From, e.To))
	case client.NotMember:
		p.shown = append(p.shown, fmt.Sprintf("away %s:%d-%d", key(e.Conversation), e.From, e.To))
	case client.Sent:
		p.outcome(nameOf(e.Text, e.Conversation, e.Change), e.Receipt, e.Err)
	case client.Ended:
		p.ended = e.Err
	}
}

func (p *play) outcome(text string, r client.Receipt, err error) {
	switch {
	case err == nil:
		p.outcomes[text] = map[string]any{"seq": float64(r.Seq)}
		if r.Rev > 0 {
			p.outcomes[text] = map[string]any{"rev": float64(r.Rev)}
		}
	case errors.Is(err, client.ErrKept):
	case errors.Is(err, client.ErrUnknownOutcome):
		p.outcomes[text] = map[string]any{"reason": "unknown-outcome"}
	default:
		p.outcomes[text] = map[string]any{"code": float64(client.CodeOf(err))}
	}
}

func place(c client.Conversation, seq int64) string { return fmt.Sprintf("%s:%d", key(c), seq) }

func key(c client.Conversation) string {
	if c.GID != 0 {
		return fmt.Sprintf("g%d", c.GID)
	}
	return fmt.Sprintf("u%d", c.With)
}

func (p *play) conversation(key string) client.Conversation {
	n, err := strconv.ParseInt(key[1:], 10, 64)
	if err != nil {
		p.fail("%q names no conversation", key)
	}
	if key[0] == 'g' {
		return client.Group(n)
	}
	return client.Direct(n)
}

// about returns the field that names a conversation.
func (p *play) about(name string) (string, int64) {
	c := p.conversation(name)
	if c.GID != 0 {
		return "gid", c.GID
	}
	return "with", c.With
}

func (p *play) send(frames ...clienttest.Frame) {
	p.t.Helper()
	for _, f := range frames {
		if err := p.peer.Send(f); err != nil {
			p.fail("sending %v: %v", f, err)
		}
	}
}

// next returns the client's next frame; heartbeats are answered, and received cursors passed
// over.
func (p *play) next() clienttest.Frame {
	p.t.Helper()
	for range mostBeats {
		f := p.any()
		switch wire.Msgid(f.Msgid()) {
		case wire.Heartbeat:
			p.send(clienttest.Frame{"msgid": wire.HeartbeatAnswer, "time": stamp})
		case wire.Received:
		default:
			return f
		}
	}
	p.fail("the client sends heartbeats alone")
	return nil
}

func (p *play) any() clienttest.Frame {
	p.t.Helper()
	if len(p.asked) > 0 {
		f := p.asked[0]
		p.asked = p.asked[1:]
		return f
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Hour)
	defer cancel()
	f, err := p.peer.Next(ctx)
	if err != nil {
		p.fail("waiting for a frame of the client: %v", err)
	}
	return f
}

func (p *play) accept() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Hour)
	defer cancel()
	peer, err := p.server.Accept(ctx)
	if err != nil {
		p.fail("%v", err) // the client itself has to find out that the connection before is no good
	}
	p.peer, p.asked = peer, nil
	p.peers = append(p.peers, peer)
}

// expect compares fields of a frame.
func (p *play) expect(f clienttest.Frame, fields map[string]any) {
	p.t.Helper()
	for k, v := range fields {
		if diff := gocmp.Diff(v, f[k]); diff != "" {
			p.fail("%q of %v: -dialogue +client\n%s", k, f, diff)
		}
	}
}

func (p *play) message(m string) clienttest.Frame {
	place, own, mine := strings.Cut(m, " mine ")
	name, number, _ := strings.Cut(place, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		p.fail("%q is no message", m)
	}
	f := clienttest.Frame{"msgid": wire.Chat, "id": 2, "from": "user 2", "to": 1, "msg": fmt.Sprint("text ", seq), "time": stamp, "seq": seq}
	c := p.conversation(name)
	if c.GID != 0 {
		f["msgid"], f["gid"] = wire.GroupChat, c.GID
		delete(f, "to")
	} else {
		f["id"] = c.With
	}
	if mine {
		device, sendSeq, _ := strings.Cut(own, " ")
		n, err := strconv.Atoi(sendSeq)
		if err != nil {
			p.fail("%q is no message", m)
		}
		f["id"], f["from"], f["device"], f["send_seq"] = 1, "alice", device, n
		if c.With != 0 {
			f["to"] = c.With
		}
	}
	return f
}

func (p *play) messages(all []string) []clienttest.Frame {
	frames := []clienttest.Frame{}
	for _, m := range all {
		frames = append(frames, p.message(m))
	}
	return frames
}

// step plays one step, and waits until the client has done what comes of it.
func (p *play) step(s step) {
	p.t.Helper()
	switch {
	case s.Login != nil:
		p.login(*s.Login)
	case s.RefuseLogin != nil:
		p.accept()
		p.expect(p.next(), map[string]any{"msgid": float64(wire.Login)})
		f := clienttest.Frame{"msgid": wire.LoginAnswer, "erron": s.RefuseLogin.Code, "errinfo": "refused"}
		if s.RefuseLogin.RetryAfterMS > 0 {
			f["retry_after_ms"] = s.RefuseLogin.RetryAfterMS
		}
		p.send(f)
	case s.Post != nil:
		p.post(*s.Post)
	case s.Chat != nil:
		p.chat(*s.Chat)
	case s.Ack != nil:
		p.send(ackFrame(s.Ack))
	case s.Refuse != nil:
		p.send(p.refusal(*s.Refuse))
	case s.Deliver != nil:
		p.send(p.messages(s.Deliver)...)
	case s.Frame != nil:
		p.sendText(string(s.Frame) + "\n")
	case s.Text != nil:
		p.sendText(*s.Text)
	case s.Histories != nil:
		p.histories(s.Histories)
	case s.History != nil:
		p.histories([]history{*s.History})
	case s.List != nil:
		p.list(s.List)
	case s.Received != nil:
		p.received(*s.Received)
	case s.Goodbye != nil:
		p.send(clienttest.Frame{"msgid": wire.Goodbye, "code": s.Goodbye.Code, "reason": "goodbye", "reconnect": s.Goodbye.Code < 2000, "after_ms": s.Goodbye.AfterMS})
		p.peer.Cut()
	case s.Cut:
		p.peer.Cut()
	case s.Wait != nil:
		time.Sleep(time.Duration(*s.Wait) * time.Millisecond)
	case s.Down != nil:
		p.server.Down(*s.Down)
	case s.Restart:
		p.c.Close()
		p.server.Forget()
		p.ended = nil
		p.start()
	case s.Change != nil, s.Changes != nil, s.States != nil, s.Fetch != nil:
		p.changeStep(s)
	default:
		p.look(s)
	}
	synctest.Wait()
}

// look compares what was told so far.
func (p *play) look(s step) {
	p.t.Helper()
	synctest.Wait()
	switch {
	case s.Nothing:
		p.asked = append(p.asked, p.peer.Waiting()...)
		p.asked = slices.DeleteFunc(p.asked, func(f clienttest.Frame) bool {
			id := wire.Msgid(f.Msgid())
			return id == wire.Received || id == wire.Heartbeat
		})
		if len(p.asked) > 0 {
			p.fail("the client sent %v", p.asked)
		}
	case s.Dials != nil:
		if n := p.server.Dials(); n != *s.Dials {
			p.fail("the client has connected %d times, not %d", n, *s.Dials)
		}
	case s.Shown != nil:
		if diff := gocmp.Diff(s.Shown, p.shown); diff != "" {
			p.fail("shown: -dialogue +client\n%s", diff)
		}
	case s.Outcome != nil:
		for text, want := range s.Outcome {
			got, settled := p.outcomes[text]
			if !settled {
				got = "open"
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				p.fail("the outcome of %q: -dialogue +client\n%s", text, diff)
			}
		}
	case s.Present != nil, s.Kept != nil, s.Fetched != nil:
		p.lookAtStates(s)
	case s.Ended != nil:
		if diff := gocmp.Diff(s.Ended, p.how()); diff != "" {
			p.fail("ended: -dialogue +client\n%s", diff)
		}
	default:
		p.fail("a step that this runner does not know")
	}
}

// how tells how the client has ended, false if it has not.
func (p *play) how() any {
	var bye *client.GoodbyeError
	switch {
	case p.ended == nil:
		return false
	case errors.As(p.ended, &bye):
		return map[string]any{"goodbye": float64(bye.Code)}
	}
	return map[string]any{"code": float64(client.CodeOf(p.ended))}
}

func (p *play) sendText(text string) {
	p.t.Helper()
	if err := p.peer.SendText(text); err != nil {
		p.fail("sending: %v", err)
	}
}

func (p *play) login(s loginStep) {
	p.t.Helper()
	if !s.Same {
		p.accept()
	}
	f := p.next()
	p.expect(f, map[string]any{"msgid": float64(wire.Login), "name": "alice", "device": "test"})
	p.expect(f, s.Expect)
	for _, k := range s.Without {
		if v, there := f[k]; there {
			p.fail("the login has %q: %v", k, v)
		}
	}
	log := s.Log
	if log == "" {
		log = "log"
	}
	answer := clienttest.Frame{
		"msgid": wire.LoginAnswer, "erron": 0, "id": 1, "name": "alice", "device": "test", "log": log,
		"last_send_seq": s.LastSendSeq, "token": "token", "heartbeat_ms": 30000, "friends": []any{}, "groups": []any{},
	}
	if !s.Plain {
		answer["changes"] = true
	}
	p.send(answer)
}

func (p *play) post(s post) {
	p.t.Helper()
	err := p.c.Post(p.conversation(s.To), s.Text, func(r client.Receipt, err error) { p.outcome(s.Text, r, err) })
	if err != nil {
		p.fail("post: %v", err)
	}
}

func (p *play) chat(s post) {
	p.t.Helper()
	want := map[string]any{"msgid": float64(wire.Chat), "msg": s.Text, "send_seq": float64(s.SendSeq)}
	if c := p.conversation(s.To); c.GID != 0 {
		want["msgid"], want["gid"] = float64(wire.GroupChat), float64(c.GID)
	} else {
		want["to"] = float64(c.With)
	}
	p.expect(p.next(), want)
}

func (p *play) refusal(s refusal) clienttest.Frame {
	f := clienttest.Frame{"msgid": wire.Ack, "re": cmp.Or(s.Re, int(wire.Chat)), "erron": s.Code, "errinfo": "refused", "send_seq": s.SendSeq}
	if s.RetryAfterMS > 0 {
		f["retry_after_ms"] = s.RetryAfterMS
	}
	if s.SendNext > 0 {
		f["send_next"] = s.SendNext
	}
	return f
}

// histories answers questions for the history, which may come in any order.
func (p *play) histories(all []history) {
	p.t.Helper()
	for len(all) > 0 {
		f := p.next()
		p.expect(f, map[string]any{"msgid": float64(wire.History)})
		i := slices.IndexFunc(all, func(h history) bool {
			k, n := p.about(h.Of)
			return f[k] == float64(n)
		})
		if i < 0 {
			p.fail("the client asks for the history of another conversation: %v", f)
		}
		h := all[i]
		all = slices.Delete(all, i, i+1)
		p.expect(f, map[string]any{"after": float64(h.After)})
		k, n := p.about(h.Of)
		answer := clienttest.Frame{"msgid": wire.HistoryAnswer, "rid": f["rid"], k: n, "messages": p.messages(h.Messages), "more": h.More}
		if h.Windows != nil {
			answer["windows"] = h.Windows
		}
		p.send(answer)
		synctest.Wait()
	}
}

func (p *play) list(rows []listRow) {
	p.t.Helper()
	f := p.next()
	p.expect(f, map[string]any{"msgid": float64(wire.Conversations)})
	all := []clienttest.Frame{}
	for i, r := range rows {
		k, n := p.about(r.Of)
		all = append(all, clienttest.Frame{"key": i + 1, k: n, "name": r.Of, "last_seq": r.LastSeq, "delivered": r.Delivered, "read": 0, "unread": 0})
	}
	p.send(clienttest.Frame{"msgid": wire.ConversationsAnswer, "rid": f["rid"], "conversations": all, "more": false})
}

func (p *play) received(s position) {
	p.t.Helper()
	for range mostBeats {
		f := p.any()
		switch wire.Msgid(f.Msgid()) {
		case wire.Heartbeat:
			p.send(clienttest.Frame{"msgid": wire.HeartbeatAnswer, "time": stamp})
		case wire.Received:
			k, n := p.about(s.Of)
			if f[k] == float64(n) && f["seq"] == float64(s.Seq) {
				return
			}
		default:
			text, _ := json.Marshal(f) // it came as JSON
			p.fail("the client sent %s instead of a received cursor", text)
		}
	}
	p.fail("the client does not say that %s is received up to %d", s.Of, s.Seq)
}
