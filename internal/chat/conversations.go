package chat

import (
	"context"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"parley/wire"
)

// Target is a conversation as a request names it: with another user, or a group.
// Exactly one of the two is set.
type Target struct {
	With  UserID
	Group GroupID
}

// Check returns what is wrong with a request of a user that names it: BadField, NotYourself.
func (t Target) Check(me UserID) error { return t.check(me) }

func (t Target) check(me UserID) error {
	switch {
	case t.With != 0 && t.Group != 0:
		return Errorf(wire.BadField, "`with` and `gid` name two conversations: send one of them")
	case t.With == 0 && t.Group == 0:
		return Errorf(wire.BadField, "which conversation? send `with` (the other user's id) or `gid` (a group's)")
	case t.With < 0 || t.Group < 0:
		return Errorf(wire.BadField, "an id is a positive number: check `with` or `gid`")
	case t.With == me:
		return Errorf(wire.NotYourself, "there is no conversation with yourself: name another user")
	}
	return nil
}

// view is what a caller may see of a conversation. sees is never beyond the log's end as
// it was read; windows are the group's own, nil for a direct conversation.
type view struct {
	conv          Conv
	windows, sees Windows
	lastRev       int64 // as in Head
}

// view resolves a target for a caller and reads what he may see of it now. A direct
// conversation is its two users' only; of a group, one sees what was said while one was a
// member. Errors are
// BadField, NotYourself, NoConversation, NoSuchGroup and NotMember.
func (s *Service) view(ctx context.Context, by Caller, t Target) (view, error) {
	if err := t.check(by.User.ID); err != nil {
		return view{}, err
	}
	if t.With != 0 {
		conv, head, err := s.store.FindDirect(ctx, by.User.ID, t.With)
		if err != nil {
			return view{}, err
		}
		return view{conv: conv, sees: Windows(nil).Upto(head.LastSeq), lastRev: head.LastRev}, nil
	}
	m, err := s.store.Membership(ctx, t.Group, by.User.ID)
	if err != nil {
		return view{}, err
	}
	heads, err := s.store.Heads(ctx, []ConvID{m.Conv.ID})
	if err != nil {
		return view{}, err
	}
	if len(heads) == 0 {
		return view{}, E(wire.NoConversation)
	}
	return view{conv: m.Conv, windows: m.Windows, sees: m.Windows.Upto(heads[0].LastSeq), lastRev: heads[0].LastRev}, nil
}

// Conversation returns the conversation that the caller's cursors are about. It is
// cheap when it was asked for before, and then says nothing about whether the caller
// is still a member. Errors as in History.
func (s *Service) Conversation(ctx context.Context, by Caller, t Target) (Conv, error) {
	k := convKey{user: by.User.ID, with: t.With, gid: t.Group}
	if conv, ok := s.known.get(k); ok {
		return conv, nil
	}
	v, err := s.view(ctx, by, t)
	if err != nil {
		return Conv{}, err
	}
	s.known.put(k, v.conv)
	return v.conv, nil
}

// KnownConversation is Conversation without the store: ok is false when it would have
// to be asked.
func (s *Service) KnownConversation(by Caller, t Target) (conv Conv, ok bool) {
	return s.known.get(convKey{user: by.User.ID, with: t.With, gid: t.Group})
}

// maxKnown bounds convCache.
const maxKnown = 1 << 16

// convCache remembers which conversation a user meant by "with him" or "this group".
// That never changes, so an entry is never wrong; what changes is what the user may
// do there. When it is full, the entry goes that was not used for longest.
type convCache struct {
	mu    sync.Mutex
	convs *simplelru.LRU[convKey, Conv]
}

type convKey struct {
	user UserID
	with UserID
	gid  GroupID
}

func newConvCache() convCache {
	convs, _ := simplelru.NewLRU[convKey, Conv](maxKnown, nil) // it refuses a size below 1 alone
	return convCache{convs: convs}
}

func (c *convCache) get(k convKey) (Conv, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.convs.Get(k)
}

func (c *convCache) put(k convKey, conv Conv) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.convs.Add(k, conv)
}
