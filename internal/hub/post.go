package hub

import (
	"context"
	"sync"

	"parley/internal/chat"
	"parley/wire"
)

// posts are the messages under way that come from no session.
type posts struct {
	mu    sync.Mutex
	users map[chat.UserID]int       // how many of each
	keys  map[postKey]chan struct{} // closed when it is not under way any more
}

type postKey struct {
	user chat.UserID
	key  string
}

// begin takes a place for a message, once none with the same key is under way.
func (p *posts) begin(ctx context.Context, k postKey) error {
	for {
		before, err := p.take(k)
		if before == nil {
			return err
		}
		select {
		case <-before:
		case <-ctx.Done():
			return gaveUp(ctx)
		}
	}
}

// take takes a place, unless one with the same key is under way: then it returns what is
// closed when that has ended.
func (p *posts) take(k postKey) (before <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users == nil {
		p.users, p.keys = map[chat.UserID]int{}, map[postKey]chan struct{}{}
	}
	if before := p.keys[k]; before != nil {
		return before, nil
	}
	if p.users[k.user] >= wire.MaxUnacked {
		return nil, &chat.Error{Code: wire.TooManyUnacked, RetryAfter: retryAfter}
	}
	p.users[k.user]++
	p.keys[k] = make(chan struct{})
	return nil, nil
}

// end gives the place back.
func (p *posts) end(k postKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.keys[k])
	delete(p.keys, k)
	if p.users[k.user]--; p.users[k.user] == 0 {
		delete(p.users, k.user)
	}
}

// gaveUp is what somebody is told who waits no longer.
func gaveUp(ctx context.Context) *chat.Error {
	return &chat.Error{
		Code: wire.Unavailable, RetryAfter: retryAfter, Cause: ctx.Err(),
		Info: "the outcome is not known yet: send again with the same key",
	}
}

// posting is a message under way, and who waits for its outcome.
type posting struct {
	posts *posts
	key   postKey
	done  chan Outcome
}

// outcome implements outcomes.
func (p *posting) outcome(_ *burst, o Outcome) {
	p.posts.end(p.key)
	p.done <- o
}

// Post implements chat.Poster: a Sender for one message.
func (h *Hub) Post(ctx context.Context, p chat.Post) (chat.Sent, error) {
	if !h.work.enter() {
		return chat.Sent{}, stopping()
	}
	defer h.work.leave()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	key := postKey{p.From.ID, p.Key.Key}
	if err := h.posts.begin(ctx, key); err != nil {
		return chat.Sent{}, err
	}
	waiter := &posting{posts: &h.posts, key: key, done: make(chan Outcome, 1)}
	s := h.newSender(author{user: p.From}, h.borrowAllowance(p.From.ID), waiter, 0, 1)
	if sent, found, err := s.postedBefore(ctx, &p); found || err != nil {
		h.posts.end(key)
		return sent, err
	}
	s.Send(ctx, outgoing(&p))
	select {
	case o := <-waiter.done:
		return s.posted(ctx, &p, o)
	case <-ctx.Done():
		return chat.Sent{}, gaveUp(ctx)
	}
}

func convOf(id chat.ConvID, p *chat.Post) chat.Conv {
	if p.To.Group != 0 {
		return chat.Conv{ID: id, Kind: chat.Group, Group: p.To.Group}
	}
	return chat.Conv{ID: id, Kind: chat.Direct, Lo: min(p.From.ID, p.To.With), Hi: max(p.From.ID, p.To.With)}
}

func outgoing(p *chat.Post) Outgoing {
	o := Outgoing{Kind: chat.Direct, To: p.To.With, Group: p.To.Group, Body: p.Text, Key: p.Key}
	if p.To.Group != 0 {
		o.Kind = chat.Group
	}
	return o
}

// posted makes an answer of an outcome. One that is refused for good now may have been
// stored by another node before it had to be.
func (s *Sender) posted(ctx context.Context, p *chat.Post, o Outcome) (chat.Sent, error) {
	if o.Err == nil {
		return chat.Sent{Seq: o.Seq, At: o.At, Repeat: o.Repeat}, nil
	}
	if o.Err.Code == wire.Internal && ctx.Err() != nil {
		return chat.Sent{}, gaveUp(ctx)
	}
	if !forNow(o.Err) && o.Err.Code != wire.KeyReused {
		if sent, found, err := s.postedBefore(ctx, p); found || err != nil {
			return sent, err
		}
	}
	return chat.Sent{}, o.Err
}

// postedBefore looks whether a message is stored already. Repeats are found here before
// anything is asked of who repeats them: they count against no limit.
func (s *Sender) postedBefore(ctx context.Context, p *chat.Post) (sent chat.Sent, found bool, err error) {
	h := s.hub
	k, found, err := h.store.SentWith(ctx, p.From.ID, p.Key.Key)
	switch {
	case err != nil || !found:
		return chat.Sent{}, false, err
	case k.Sum != p.Key.Sum:
		return chat.Sent{}, true, chat.E(wire.KeyReused)
	}
	h.Metrics.Repeats.Add(1)
	s.againAt(ctx, convOf(k.Conv, p), k.Seq)
	return chat.Sent{Seq: k.Seq, At: k.At, Repeat: true}, true, nil
}
