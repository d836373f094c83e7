package chat

import "context"

// Present is what was done to the messages of a page, by seq; messages to which nothing was done
// are in neither map.
type Present struct {
	States map[int64]*State
	// Mine are the emoji that the reader of the page has on them.
	Mine map[int64][]string
}

// Of returns what was done to a message: nil where nothing was.
func (p *Present) Of(seq int64) (s *State, mine []string) { return p.States[seq], p.Mine[seq] }

// PresentIn reads what was done to the messages of a page, which has no hole, and what user has on
// them. lastRev is the conversation's, read before the page or at any time since: where it is 0,
// nothing is read.
func PresentIn(ctx context.Context, r MessageStates, conv ConvID, lastRev int64, page []Message, user UserID) (Present, error) {
	if lastRev == 0 || len(page) == 0 {
		return Present{}, nil
	}
	states, err := r.StatesOf(ctx, conv, page[0].Seq-1, page[len(page)-1].Seq)
	if err != nil {
		return Present{}, err
	}
	return presentOf(ctx, r, conv, states, user)
}

// presentOf adds to states what a user has on their messages.
func presentOf(ctx context.Context, r MessageStates, conv ConvID, states []State, user UserID) (p Present, err error) {
	if len(states) == 0 {
		return Present{}, nil
	}
	p.States = make(map[int64]*State, len(states))
	var reacted []int64
	for i := range states {
		p.States[states[i].Seq] = &states[i]
		if len(states[i].Reactions) > 0 {
			reacted = append(reacted, states[i].Seq)
		}
	}
	if len(reacted) > 0 && user != 0 {
		p.Mine, err = r.Mine(ctx, conv, reacted, user)
	}
	return p, err
}

// StatesPage is a page of what was done to messages, in order of rev. Rev is where the reader is
// with it, 0 for an empty page: it may lie beyond the last state, whose message the reader may not
// see.
type StatesPage struct {
	Conv    Conv
	States  []State
	Present Present // the same, with the reader's own reactions
	Rev     int64
	More    bool
}

// States reads what was done to the messages of a conversation after a rev, as far as the caller
// may see them. Errors as in History.
func (s *Service) States(ctx context.Context, by Caller, t Target, after, limit int64) (StatesPage, error) {
	v, err := s.view(ctx, by, t)
	if err != nil {
		return StatesPage{}, err
	}
	p := StatesPage{Conv: v.conv}
	if v.lastRev <= after {
		return p, nil
	}
	n := pageSize(limit)
	states, err := s.store.States(ctx, v.conv.ID, after, n+1)
	if err != nil {
		return StatesPage{}, err
	}
	states, p.More = cut(states, n)
	size := 0
	for i := range states {
		if size += len(states[i].Body); size > pageBytes && i > 0 {
			p.More = true
			break
		}
		p.Rev = states[i].Rev
		if v.windows == nil || v.windows.Has(states[i].Seq) { // not v.sees: the log may have grown since
			p.States = append(p.States, states[i])
		}
	}
	p.Present, err = presentOf(ctx, s.store, v.conv.ID, p.States, by.User.ID)
	return p, err
}

// Pinned reads the pinned messages of a conversation that come after a seq, by seq, as far as the
// caller may see them. Errors as in History.
func (s *Service) Pinned(ctx context.Context, by Caller, t Target, after, limit int64) (HistoryPage, error) {
	v, err := s.view(ctx, by, t)
	if err != nil {
		return HistoryPage{}, err
	}
	p := HistoryPage{Conv: v.conv, Windows: v.windows}
	if v.lastRev == 0 {
		return p, nil
	}
	states, err := s.store.Pinned(ctx, v.conv.ID)
	if err != nil {
		return HistoryPage{}, err
	}
	size, n := 0, pageSize(limit)
	for i := range states {
		seq := states[i].Seq
		if seq <= after || v.windows != nil && !v.windows.Has(seq) {
			continue
		}
		if len(p.Messages) == n || size > pageBytes {
			p.More = true
			break
		}
		page, err := s.store.Page(ctx, v.conv.ID, seq-1, seq, 1, pageBytes)
		if err != nil {
			return HistoryPage{}, err
		}
		if len(page) == 0 {
			return HistoryPage{}, holeError(v.conv.ID, seq)
		}
		p.Messages = append(p.Messages, page[0])
		size += len(states[i].Text(page[0].Body))
	}
	if p.Present, err = presentOf(ctx, s.store, v.conv.ID, states, by.User.ID); err != nil {
		return HistoryPage{}, err
	}
	p.Names, err = s.namesIn(ctx, by, p.Messages)
	return p, err
}
