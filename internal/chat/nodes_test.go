package chat

import (
	"context"
	"errors"
	"testing"

	"parley/wire"
)

type levelStore struct {
	Store
	lowest NodeLevel
	err    error
}

func (s *levelStore) LowestLevel(context.Context) (NodeLevel, error) { return s.lowest, s.err }

// A rule that an older node would not keep cannot be set while one is there.
func TestOlderNode(t *testing.T) {
	store := &levelStore{lowest: LevelGroups - 1}
	s := NewService(store, nil, nil, SystemClock{}, ServiceOptions{})
	if err := s.allKeep(t.Context(), LevelGroups); !hasCode(err, wire.OlderNode) {
		t.Errorf("with an older node: %v", err)
	}
	store.lowest = LevelGroups
	if err := s.allKeep(t.Context(), LevelGroups); err != nil {
		t.Errorf("without one: %v", err)
	}
	store.err = errors.New("no database")
	if err := s.allKeep(t.Context(), LevelGroups); !errors.Is(err, store.err) {
		t.Errorf("without a database: %v", err)
	}
}
