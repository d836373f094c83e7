package chat

import (
	"context"
	"sync"
	"time"
)

// Ending is how a session came to its end.
type Ending uint8

// The endings. After LoggedOut the friends are told at once that the user is
// offline; after Vanished a little later, unless he is back by then.
const (
	LoggedOut Ending = iota
	Vanished
)

// EndSession ends a session in the store, so that the account can log in again, and
// tells the friends if that was the user's last. A session that another one replaced
// is left as it is. If the store cannot do it now, the service tries again until it
// can: EndSession returns after the first try either way.
func (s *Service) EndSession(ctx context.Context, c Caller, how Ending) {
	closing := Closing{User: c.User.ID, Device: c.Device, Session: c.Session, At: s.clock.Now()}
	move, err := s.store.CloseSession(ctx, closing)
	if final(err) {
		s.log.Warn("there is no such session to end", "user", c.User.ID, "session", c.Session, "error", err)
		return
	}
	if err != nil {
		s.log.Warn("a session could not be ended yet; retrying",
			"user", c.User.ID, "session", c.Session, "error", err)
		s.closeLater(closing, how)
		return
	}
	s.gone(ctx, move, how)
}

// gone tells what the end of a session changed.
func (s *Service) gone(ctx context.Context, move PresenceMove, how Ending) {
	switch {
	case !move.Changed:
	case how == LoggedOut:
		s.tellFriends(ctx, move)
	default:
		s.tellFriendsLater(move)
	}
}

// tellFriends announces a user's presence to their friends, except those whom they block.
// If the friends cannot be read, it tries again later, until Close. (Other nodes find the
// presence in the user's row, but a node that is alone does not look there.)
func (s *Service) tellFriends(ctx context.Context, move PresenceMove) {
	friends, err := s.store.Watchers(ctx, move.User)
	if err != nil {
		s.log.Warn("friends could not be told of a user's presence yet; retrying", "user", move.User, "error", err)
		s.tellIn(s.o.StoreWait, move)
		return
	}
	s.announce(move, friends)
}

func (s *Service) announce(move PresenceMove, friends []UserID) {
	if len(friends) == 0 {
		return
	}
	topics := make([]Topic, len(friends))
	for i, f := range friends {
		topics[i] = userTopic(f)
	}
	s.notifier.Notify(Notice{Presence: &PresenceNotice{PresenceMove: move}}, topics...)
}

// farewell holds the users whose friends are to be told something in a moment: "offline",
// or what they could not be told yet.
type farewell struct {
	mu      sync.Mutex
	pending map[UserID]*goodbye
	telling sync.WaitGroup // the timers' goroutines
	closed  bool
}

type goodbye struct {
	move  PresenceMove
	timer Timer
}

// tellFriendsLater gives the user time to come back. The number in the notice makes
// receivers drop it if the user is back on another node.
func (s *Service) tellFriendsLater(move PresenceMove) {
	if !s.tellIn(s.o.OfflineAfter, move) { // no later is left
		s.tellStill(move)
	}
}

// tellIn has a move told after a while, unless a newer one of the same user is to be told.
// It reports false once the service is closed.
func (s *Service) tellIn(wait time.Duration, move PresenceMove) bool {
	f := &s.farewell
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	if g := f.pending[move.User]; g != nil {
		if g.move.No > move.No {
			return true
		}
		g.timer.Stop()
	}
	g := &goodbye{move: move}
	f.pending[move.User] = g
	g.timer = s.clock.AfterFunc(wait, func() { s.farewellDue(g) })
	return true
}

func (s *Service) farewellDue(g *goodbye) {
	f := &s.farewell
	f.mu.Lock()
	if f.pending[g.move.User] != g { // he is back, or Close was faster
		f.mu.Unlock()
		return
	}
	delete(f.pending, g.move.User)
	f.telling.Add(1)
	f.mu.Unlock()
	defer f.telling.Done()
	s.tellStill(g.move)
}

// tellStill tells the friends, unless it is not so any more: the user is back, on another
// node, and those who have come since and were told so by their lists do not know the number
// yet that would have them drop this.
func (s *Service) tellStill(move PresenceMove) {
	ctx, cancel := s.background()
	defer cancel()
	now, err := s.store.ListUsers(ctx, move.User-1, 1)
	if err == nil && len(now) == 1 && now[0].ID == move.User && now[0].Online != move.Online {
		return
	}
	s.tellFriends(ctx, move)
}

// Freed tells the friends of users whose node was buried, unless they are back on
// another.
func (s *Service) Freed(_ context.Context, moves []PresenceMove) {
	for _, m := range moves {
		s.tellStill(m)
	}
}

// back takes a user's farewell back: they have logged in again.
func (s *Service) back(u UserID) {
	f := &s.farewell
	f.mu.Lock()
	defer f.mu.Unlock()
	if g := f.pending[u]; g != nil && !g.move.Online {
		g.timer.Stop()
		delete(f.pending, u)
	}
}

// flushFarewells tells at once what is pending, as far as ctx allows, and waits for
// what is being told.
func (s *Service) flushFarewells(ctx context.Context) {
	f := &s.farewell
	f.mu.Lock()
	f.closed = true
	due := f.pending
	f.pending = make(map[UserID]*goodbye)
	f.mu.Unlock()
	for _, g := range due {
		g.timer.Stop()
		if ctx.Err() == nil {
			s.tellFriends(ctx, g.move)
		}
	}
	f.telling.Wait()
}
