package hub

import (
	"context"

	"parley/internal/chat"
	"parley/wire"
)

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
