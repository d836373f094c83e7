package chat

import (
	"context"
	"sync"
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
		s.log.Warn("a session is not there to be ended", "user", c.User.ID, "session", c.Session, "error", err)
		return
	}
	if err != nil {
		s.log.Warn("a session could not be ended yet, it will be tried again",
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

// tellFriends announces a user's presence to his friends, but for those whom he blocks. They can find it out by
// themselves (it stands in his row), so a failure only costs time.
func (s *Service) tellFriends(ctx context.Context, move PresenceMove) {
	friends, err := s.store.Watchers(ctx, move.User)
	if err != nil {
		s.log.Warn("friends could not be told of a user's presence", "user", move.User, "error", err)
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

// farewell holds the users whose friends are to be told "offline" in a moment.
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
// receivers drop it if he is back on another node.
func (s *Service) tellFriendsLater(move PresenceMove) {
	f := &s.farewell
	f.mu.Lock()
	if f.closed { // no later is left
		f.mu.Unlock()
		s.tellOffline(move)
		return
	}
	defer f.mu.Unlock()
	if g := f.pending[move.User]; g != nil {
		if g.move.No > move.No {
			return
		}
		g.timer.Stop()
	}
	g := &goodbye{move: move}
	f.pending[move.User] = g
	g.timer = s.clock.AfterFunc(s.o.OfflineAfter, func() { s.farewellDue(g) })
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
	s.tellOffline(g.move)
}

// tellOffline tells the friends, unless the user is back, on another node: those who
// have come since and were told so by their lists do not know the number yet that would
// have them drop this.
func (s *Service) tellOffline(move PresenceMove) {
	ctx, cancel := s.background()
	defer cancel()
	now, err := s.store.ListUsers(ctx, move.User-1, 1)
	if err == nil && len(now) == 1 && now[0].ID == move.User && now[0].Online {
		return
	}
	s.tellFriends(ctx, move)
}

// Freed tells the friends of users whose node was buried, unless they are back on
// another.
func (s *Service) Freed(_ context.Context, moves []PresenceMove) {
	for _, m := range moves {
		s.tellOffline(m)
	}
}

// back takes a user's farewell back: he has logged in again.
func (s *Service) back(u UserID) {
	f := &s.farewell
	f.mu.Lock()
	defer f.mu.Unlock()
	if g := f.pending[u]; g != nil {
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
