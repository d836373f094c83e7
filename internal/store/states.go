package store

import "slices"

// states are the rows that a run of appends moves, each once, in the order of ids.
type states[ID ~int64, S any] struct {
	index map[ID]int
	ids   []ID
	rows  []S
	order []ID
}

func (s *states[ID, S]) init() { s.index = make(map[ID]int) }

func (s *states[ID, S]) clear() {
	clear(s.index)
	s.ids, s.rows = s.ids[:0], s.rows[:0]
}

// want adds a row that is not known yet.
func (s *states[ID, S]) want(id ID) {
	if _, ok := s.index[id]; ok {
		return
	}
	var unknown S
	s.index[id] = len(s.rows)
	s.ids, s.rows = append(s.ids, id), append(s.rows, unknown)
}

// of is the row of id, which was wanted.
func (s *states[ID, S]) of(id ID) *S { return &s.rows[s.index[id]] }

// sorted are the ids in order; they are the states' own until the next call.
func (s *states[ID, S]) sorted() []ID {
	s.order = append(s.order[:0], s.ids...)
	slices.Sort(s.order)
	return s.order
}

// each calls fn for all rows, by id.
func (s *states[ID, S]) each(fn func(ID, *S) error) error {
	for _, id := range s.sorted() {
		if err := fn(id, s.of(id)); err != nil {
			return err
		}
	}
	return nil
}

// without are the ids, in order, of the rows that are not so; they are the states' own
// until the next call.
func (s *states[ID, S]) without(so func(*S) bool) []ID {
	order := s.sorted()
	return slices.DeleteFunc(order, func(id ID) bool { return so(s.of(id)) })
}
