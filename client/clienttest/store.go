package clienttest

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"parley/client"
)

// Store is a client.Store in memory: it outlives clients, not the process. The zero value is
// an empty one.
type Store struct {
	mu       sync.Mutex
	saved    client.Saved
	ids      int64
	messages []*client.Message
	first    map[client.Conversation]int64
	states   map[place]client.Changed
	revs     map[client.Conversation]int64
	failing  error
}

// place is a message.
type place struct {
	conversation client.Conversation
	seq          int64
}

// Fail has every method that writes return err, until it is called with nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = err
}

// Load implements client.Store.
func (s *Store) Load() (client.Saved, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := s.saved
	saved.Outbox, saved.Positions = slices.Clone(saved.Outbox), slices.Clone(saved.Positions)
	for v, rev := range s.revs {
		saved.Revs = append(saved.Revs, client.Position{Conversation: v, Seq: rev})
	}
	return saved, nil
}

// Queue implements client.Store.
func (s *Store) Queue(q client.Queued) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return 0, s.failing
	}
	s.ids++
	q.ID = s.ids
	s.saved.Outbox = append(s.saved.Outbox, q)
	return s.ids, nil
}

// Number implements client.Store.
func (s *Store) Number(ids []int64, first int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return s.failing
	}
	at := make([]int, len(ids))
	for i, id := range ids {
		at[i] = slices.IndexFunc(s.saved.Outbox, func(q client.Queued) bool { return q.ID == id })
		if at[i] < 0 {
			return errors.New("clienttest: a message is numbered that is not in the outbox")
		}
	}
	for i, n := range at {
		s.saved.Outbox[n].SendSeq = first + int64(i)
	}
	s.saved.SendNext = first + int64(len(ids))
	return nil
}

// Save implements client.Store.
func (s *Store) Save(b client.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return s.failing
	}
	if b.Self.ID != 0 {
		s.saved.Self = b.Self
	}
	if b.Log != "" {
		if s.saved.Log != "" && s.saved.Log != b.Log {
			s.saved.Positions, s.messages, s.first = nil, nil, nil
			s.states, s.revs = nil, nil
		}
		s.saved.Log = b.Log
	}
	s.saved.Outbox = slices.DeleteFunc(s.saved.Outbox, func(q client.Queued) bool { return slices.Contains(b.Settled, q.ID) })
	for _, v := range slices.Concat(b.Left, b.Reset) {
		s.forgetPosition(v)
	}
	s.messages = slices.DeleteFunc(s.messages, func(m *client.Message) bool { return slices.Contains(b.Reset, m.Conversation) })
	for _, v := range b.Reset {
		delete(s.revs, v)
		maps.DeleteFunc(s.states, func(p place, _ client.Changed) bool { return p.conversation == v })
	}
	s.keepStates(s.keep(b))
	return nil
}

// keep takes what b brings of messages, and returns b with the states that they carry. The lock is held.
func (s *Store) keep(b client.Batch) client.Batch {
	for _, m := range b.Shown {
		s.forgetPosition(m.Conversation)
		s.saved.Positions = append(s.saved.Positions, client.Position{Conversation: m.Conversation, Seq: m.Seq})
	}
	for _, m := range slices.Concat(b.Shown, b.Fetched) {
		s.messages = slices.DeleteFunc(s.messages, func(k *client.Message) bool { return k.Conversation == m.Conversation && k.Seq == m.Seq })
		s.messages = append(s.messages, m)
		if m.State.Rev > 0 {
			b.States = append(b.States[:len(b.States):len(b.States)], client.Changed{Conversation: m.Conversation, Seq: m.Seq, Text: m.Text, State: m.State})
		}
	}
	if s.first == nil {
		s.first = make(map[client.Conversation]int64)
	}
	for _, p := range b.First {
		s.first[p.Conversation] = p.Seq
	}
	return b
}

// keepStates takes what b brings of states and revs. The lock is held.
func (s *Store) keepStates(b client.Batch) {
	if s.states == nil {
		s.states, s.revs = make(map[place]client.Changed), make(map[client.Conversation]int64)
	}
	for _, e := range b.States {
		at := place{e.Conversation, e.Seq}
		was := s.states[at]
		if e.State.Rev <= was.State.Rev {
			continue
		}
		if e.MineUnchanged {
			e.State.Mine, e.MineUnchanged = was.State.Mine, false
		}
		s.states[at] = e
	}
	for _, m := range slices.Concat(b.Shown, b.Fetched) {
		s.revs[m.Conversation] += 0
	}
	for _, p := range b.Revs {
		s.revs[p.Conversation] = p.Seq
	}
}

func (s *Store) forgetPosition(of client.Conversation) {
	s.saved.Positions = slices.DeleteFunc(s.saved.Positions, func(p client.Position) bool { return p.Conversation == of })
}

// Messages implements client.Store.
func (s *Store) Messages(of client.Conversation, before int64, limit int) ([]*client.Message, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*client.Message
	for _, m := range s.messages {
		if m.Conversation == of && (before == 0 || m.Seq < before) {
			present := *m
			present.Apply(s.states[place{m.Conversation, m.Seq}])
			all = append(all, &present)
		}
	}
	slices.SortFunc(all, func(a, b *client.Message) int { return int(a.Seq - b.Seq) })
	return all[max(0, len(all)-limit):], s.first[of], nil
}

// KeepToken implements client.Store.
func (s *Store) KeepToken(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return s.failing
	}
	s.saved.Token = token
	return nil
}
