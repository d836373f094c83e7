package chat

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"time"

	"parley/wire"
)

// MentionsPage is a page of the messages in which others mention the caller or everybody, the newest
// first. Next is where the following page begins, "" after the last.
type MentionsPage struct {
	Messages []MentionedMessage
	Names    Names
	Next     string
}

// MentionedMessage is a message as its reader sees it now.
type MentionedMessage struct {
	Message
	Conv  Conv
	State *State // nil where nothing was done to it
	Mine  []string
}

// Mentions pages the messages in which others mention the caller, or everybody, as far as the caller
// may see them: in one conversation, by seq, or with a zero Target in all of them, by time. A page
// may be empty and have a Next: what lies beyond its windows is passed over. A message that cannot be
// read, because its archive is away, is left out.
//
// Errors: BadField, and for one conversation those of History.
func (s *Service) Mentions(ctx context.Context, by Caller, t Target, from string, limit int64) (MentionsPage, error) {
	after, err := mentionAfter(from)
	if err != nil {
		return MentionsPage{}, err
	}
	ctx = WithLength(ctx, Long)
	views := mentionViews{s: s, by: by, known: map[ConvID]*view{}}
	n := pageSize(limit)
	var list []Mentioned
	if t == (Target{}) {
		list, err = s.store.Mentions(ctx, by.User.ID, after, n+1)
	} else {
		var v view
		if v, err = s.view(ctx, by, t); err != nil {
			return MentionsPage{}, err
		}
		views.known[v.conv.ID] = &v
		before := int64(math.MaxInt64)
		if from != "" {
			before = after.Seq
		}
		list, err = s.store.MentionsIn(ctx, by.User.ID, v.conv.ID, before, n+1)
	}
	if err != nil {
		return MentionsPage{}, err
	}
	list, more := cut(list, n)
	return s.mentionsPage(ctx, by, &views, list, more)
}

func (s *Service) mentionsPage(ctx context.Context, by Caller, views *mentionViews, list []Mentioned, more bool) (p MentionsPage, err error) {
	size := 0
	var shown []Message
	for i := range list {
		if size > pageBytes {
			list, more = list[:i], true
			break
		}
		m, ok, err := views.read(ctx, list[i])
		if err != nil {
			return MentionsPage{}, err
		}
		if ok {
			p.Messages, shown = append(p.Messages, m), append(shown, m.Message)
			size += len(m.State.Text(m.Body))
		}
	}
	if more {
		p.Next = list[len(list)-1].next()
	}
	p.Names, err = s.namesIn(ctx, by, shown)
	return p, err
}

// mentionViews are what a caller may see of the conversations of a page, each read once.
type mentionViews struct {
	s     *Service
	by    Caller
	known map[ConvID]*view
}

// of returns nil for a conversation of which the caller may see nothing.
func (vs *mentionViews) of(ctx context.Context, conv Conv) (*view, error) {
	id := conv.ID
	if v, known := vs.known[id]; known {
		return v, nil
	}
	t := Target{Group: conv.Group}
	if conv.Kind == Direct {
		t = Target{With: conv.Other(vs.by.User.ID)}
	}
	v, err := vs.s.view(ctx, vs.by, t)
	var refused *Error
	switch {
	case err == nil:
		vs.known[id] = &v
	case errors.As(err, &refused) && !refused.Code.Retry() && refused.Code != wire.Internal:
		vs.known[id] = nil
	default:
		return nil, err
	}
	return vs.known[id], nil
}

// read reads a message; ok is false for one that the caller may not see, that was recalled, or that
// cannot be read.
func (vs *mentionViews) read(ctx context.Context, m Mentioned) (_ MentionedMessage, ok bool, err error) {
	v, err := vs.of(ctx, m.Conv)
	if err != nil || v == nil || !v.sees.Has(m.Seq) {
		return MentionedMessage{}, false, err
	}
	page, err := vs.s.store.Page(ctx, m.Conv.ID, m.Seq-1, m.Seq, 1, pageBytes)
	var cold *ColdError
	if errors.As(err, &cold) {
		return MentionedMessage{}, false, nil
	}
	if err != nil || len(page) == 0 {
		return MentionedMessage{}, false, err
	}
	present, err := PresentIn(ctx, vs.s.store, m.Conv.ID, v.lastRev, page, vs.by.User.ID)
	if err != nil {
		return MentionedMessage{}, false, err
	}
	state, mine := present.Of(m.Seq)
	if state != nil && state.Recalled() {
		return MentionedMessage{}, false, nil
	}
	return MentionedMessage{Message: page[0], Conv: v.conv, State: state, Mine: mine}, true, nil
}

// next writes a place in a list of mentions for clients, who are not to look into it.
func (m Mentioned) next() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "m%d.%d.%d", m.At.UnixMilli(), m.Conv.ID, m.Seq))
}

// mentionAfter reads what next wrote; "" is the start.
func mentionAfter(next string) (m Mentioned, err error) {
	if next == "" {
		return Mentioned{}, nil
	}
	var at int64
	text, err := base64.RawURLEncoding.DecodeString(next)
	if err == nil {
		_, err = fmt.Sscanf(string(text), "m%d.%d.%d", &at, &m.Conv.ID, &m.Seq)
	}
	if m.At = time.UnixMilli(at).UTC(); err != nil || m.next() != next {
		return Mentioned{}, Errorf(wire.BadField, "`next` is not one that this server has given: leave it out for the first page")
	}
	return m, nil
}
