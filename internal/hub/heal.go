package hub

import (
	"context"
	"slices"

	"parley/internal/chat"
)

// A notice of how far somebody has come leaves no gap when it is lost. But nobody comes further
// without a trace in a row that a comparison sees: a message was said, or else the user has read (which stands
// in their journal) or has just logged in (which moves their presence). So each comparison reads the
// positions of the conversations that one of these is about, and tells what was not told.

// healReceipts is given the conversations that changed lately, and the users.
func (h *Hub) healReceipts(ctx context.Context, convs []chat.ConvID, users []chat.UserMark) error {
	if h.changesWanted.Load() == 0 {
		return nil
	}
	convs = append(convs, h.directOf(h.receipts.movedSince(users))...)
	convs = slices.DeleteFunc(convs, func(id chat.ConvID) bool { return !h.asks(id) })
	slices.Sort(convs)
	for page := range slices.Chunk(slices.Compact(convs), positionsAtOnce) {
		list, err := h.store.Positions(ctx, page)
		if err != nil {
			return err
		}
		for i := range list {
			p := &list[i]
			h.receiveReceipts(&chat.ReceiptsNotice{Conv: p.Conv, Version: p.Version, Marks: p.Marks, Not: p.Hiding})
		}
	}
	return nil
}

// movedSince returns the users who have moved since the last comparison, and remembers them for the
// next.
func (r *receipts) movedSince(users []chat.UserMark) map[chat.UserID]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	moved, seen := map[chat.UserID]bool{}, make(map[chat.UserID]chat.UserMark, len(users))
	for _, m := range users {
		if was, known := r.seen[m.ID]; !known || was.JournalNo != m.JournalNo || was.PresenceNo != m.PresenceNo {
			moved[m.ID] = true
		}
		seen[m.ID] = m
	}
	r.seen = seen
	return moved
}

// directOf returns the direct conversations here that one of these users is in.
func (h *Hub) directOf(users map[chat.UserID]bool) (ids []chat.ConvID) {
	if len(users) == 0 {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for p, c := range h.pairs {
		if users[p.lo] || users[p.hi] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// asks reports whether a session here wants to be told of a conversation.
func (h *Hub) asks(id chat.ConvID) bool {
	c := h.lookup(id)
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.subs, func(sub subscriber) bool { return sub.s.changes })
}
