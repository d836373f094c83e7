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

// end frees the place.
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
