package chat

import (
	"context"
	"fmt"

	"parley/wire"
)

// pageBytes bounds the text in one page, so that an answer stays well below what a
// connection may have queued.
const pageBytes = 128 << 10

// Span says which messages of a conversation are wanted: those after a seq, or those
// before one; with neither, the last ones.
type Span struct {
	After, Before *int64
	Limit         int64
}

// Names are what the ids in messages are called. Devices has the caller's own only.
type Names struct {
	Users   map[UserID]string
	Devices map[DeviceID]string
}

// HistoryPage is a part of a conversation, oldest first, without a hole: it ends at the
// edge of a window. More tells that there are further messages in the direction that was
// asked for, perhaps beyond such an edge.
type HistoryPage struct {
	Conv     Conv
	Windows  Windows // all that the caller may see of a group; nil for a direct conversation
	Messages []Message
	More     bool
	Names    Names
	Present  Present // what was done to the messages since they were sent
}

// History reads a page of a conversation, as far as the caller may see it: one's own
// direct conversations, and of a group what was said while one was a member.
// Errors: BadField, NotYourself, NoConversation, NoSuchGroup, NotMember, and the
// store's.
func (s *Service) History(ctx context.Context, by Caller, t Target, span Span) (HistoryPage, error) {
	if span.After != nil && span.Before != nil {
		return HistoryPage{}, Errorf(wire.BadField, "`after` and `before` exclude each other: send one of them")
	}
	ctx = WithLength(ctx, Long)
	v, err := s.view(ctx, by, t)
	if err != nil {
		return HistoryPage{}, err
	}
	p := HistoryPage{Conv: v.conv, Windows: v.windows}
	if span.After != nil {
		p.Messages, p.More, err = s.pageAfter(ctx, v, *span.After, pageSize(span.Limit))
	} else {
		before := v.sees.End() + 1
		if span.Before != nil {
			before = min(before, *span.Before)
		}
		p.Messages, p.More, err = s.pageBefore(ctx, v, before, pageSize(span.Limit))
	}
	if err != nil {
		return HistoryPage{}, err
	}
	if p.Present, err = PresentIn(ctx, s.store, v.conv.ID, v.lastRev, p.Messages, by.User.ID); err != nil {
		return HistoryPage{}, err
	}
	p.Names, err = s.namesIn(ctx, by, p.Messages)
	return p, err
}

func (s *Service) pageAfter(ctx context.Context, v view, after int64, limit int) ([]Message, bool, error) {
	w, ok := v.sees.Next(after)
	if !ok {
		return nil, false, nil
	}
	page, err := s.store.Page(ctx, v.conv.ID, w.After, w.Until, limit, pageBytes)
	if err != nil {
		return nil, false, err
	}
	if len(page) == 0 || page[0].Seq != w.After+1 || !dense(page) {
		return nil, false, holeError(v.conv.ID, w.After+1)
	}
	_, more := v.sees.Next(page[len(page)-1].Seq)
	return page, more, nil
}

func (s *Service) pageBefore(ctx context.Context, v view, before int64, limit int) ([]Message, bool, error) {
	w, ok := v.sees.Before(before)
	if !ok {
		return nil, false, nil
	}
	page, err := s.store.PageBefore(ctx, v.conv.ID, w.Until+1, w.After, limit, pageBytes)
	if err != nil {
		return nil, false, err
	}
	if len(page) == 0 || page[len(page)-1].Seq != w.Until || !dense(page) {
		return nil, false, holeError(v.conv.ID, w.Until)
	}
	_, more := v.sees.Before(page[0].Seq)
	return page, more, nil
}

// dense reports whether no seq is missing between the first message and the last.
func dense(page []Message) bool {
	for i, m := range page {
		if m.Seq != page[0].Seq+int64(i) {
			return false
		}
	}
	return true
}

// holeError is about a message below the head that is not there. An empty page in its
// place would look like the end of the conversation.
func holeError(conv ConvID, seq int64) error {
	return &Error{
		Code:  wire.Internal,
		Info:  "a part of this conversation cannot be read: ask the server's operator to look at its log",
		Cause: fmt.Errorf("chat: hole in the log of conversation %d around seq %d", conv, seq),
	}
}

// namesIn returns the names of the senders, and of the caller's own devices.
func (s *Service) namesIn(ctx context.Context, by Caller, messages []Message) (n Names, err error) {
	var users []UserID
	var devices []DeviceID
	n.Users = map[UserID]string{by.User.ID: by.User.Name}
	n.Devices = make(map[DeviceID]string)
	for i := range messages {
		m := &messages[i]
		if _, seen := n.Users[m.Sender]; !seen {
			n.Users[m.Sender] = ""
			users = append(users, m.Sender)
		}
		if _, seen := n.Devices[m.Device]; !seen && m.Sender == by.User.ID {
			n.Devices[m.Device] = ""
			devices = append(devices, m.Device)
		}
	}
	if len(users) > 0 {
		names, err := s.store.UserNames(ctx, users)
		if err != nil {
			return Names{}, err
		}
		for id, name := range names {
			n.Users[id] = name
		}
	}
	if len(devices) > 0 {
		if n.Devices, err = s.store.DeviceNames(ctx, devices); err != nil {
			return Names{}, err
		}
	}
	return n, nil
}

// Conversations pages the caller's conversations by their key, after the key of the
// page before, with what a list shows; more tells that there is another page.
func (s *Service) Conversations(ctx context.Context, by Caller, after ConvID, limit int64) (page []ConvRow, names Names, more bool, err error) {
	ctx = WithLength(ctx, Long)
	n := pageSize(limit)
	page, err = s.store.Conversations(ctx, by.User.ID, by.Device, after, n+1, wire.UnreadCap)
	if err != nil {
		return nil, Names{}, false, err
	}
	page, more = cutList(page, n)
	names, err = s.namesInList(ctx, by, page)
	return page, names, more, err
}
