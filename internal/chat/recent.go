package chat

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"

	"parley/wire"
)

// Shelf is the part of a list in the order of a screen that a conversation stands in.
type Shelf int64

// The shelves, from the top.
const (
	ShelfPinned Shelf = 0
	ShelfPlain  Shelf = 1
	ShelfHidden Shelf = 2 // also of one that is pinned
)

// Spot is where a conversation stands in a list in the order of a screen: by its shelf, then by its
// last message, the newest first, then by its number, the highest first. The zero Spot is before
// all others.
type Spot struct {
	Shelf Shelf
	// At is when the last message was sent, in milliseconds since 1970: of a group that the user has
	// left, the last before that, 0 if that is archived. A group without a message stands where it
	// was made.
	At   int64
	Conv ConvID
}

// Compare is below 0 for a that stands above b.
func (a Spot) Compare(b Spot) int {
	return cmp.Or(cmp.Compare(a.Shelf, b.Shelf), cmp.Compare(b.At, a.At), cmp.Compare(b.Conv, a.Conv))
}

// start is above every spot.
var start = Spot{Shelf: -1}

// next writes a spot for clients, who are not to look into it.
func (a Spot) next() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d.%d", a.Shelf, a.At, a.Conv))
}

// spotOf reads what next wrote; "" is the start.
func spotOf(next string) (Spot, error) {
	if next == "" {
		return start, nil
	}
	var a Spot
	text, err := base64.RawURLEncoding.DecodeString(next)
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d.%d.%d", &a.Shelf, &a.At, &a.Conv)
	}
	if err != nil || a.next() != next {
		return Spot{}, Errorf(wire.BadField, "`next` is not one that this server has given: leave it out for the first page")
	}
	return a, nil
}

// Recent pages the caller's conversations in the order of a screen. next is where the following
// page begins, "" after the last. A conversation that moves meanwhile may come twice, or not at
// all; sessions hear of what moves it. Errors: BadField, and the store's.
func (s *Service) Recent(ctx context.Context, by Caller, from string, limit int64) (page []ConvRow, names Names, next string, err error) {
	after, err := spotOf(from)
	if err != nil {
		return nil, Names{}, "", err
	}
	ctx = WithLength(ctx, Long)
	n := pageSize(limit)
	page, err = s.store.RecentConversations(ctx, by.User.ID, by.Device, after, n+1, wire.UnreadCap)
	if err != nil {
		return nil, Names{}, "", err
	}
	page, more := cutList(page, n)
	if more {
		next = page[len(page)-1].Spot.next()
	}
	names, err = s.namesInList(ctx, by, page)
	return page, names, next, err
}

// cutList is cut for conversations. It also bounds their texts: of a page that has more of them
// than an answer should, the rest is left for the next one.
func cutList(page []ConvRow, n int) ([]ConvRow, bool) {
	page, more := cut(page, n)
	size := 0
	for i := range page {
		size += len(page[i].Settings.Draft)
		if page[i].Last != nil {
			size += len(page[i].Last.Body)
		}
		if size > pageBytes && i > 0 {
			return page[:i], true
		}
	}
	return page, more
}

func (s *Service) namesInList(ctx context.Context, by Caller, page []ConvRow) (Names, error) {
	var last []Message
	for i := range page {
		if page[i].Last != nil {
			last = append(last, *page[i].Last)
		}
	}
	return s.namesIn(ctx, by, last)
}
