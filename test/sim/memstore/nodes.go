package memstore

import (
	"context"
	"slices"

	"parley/internal/chat"
)

// AddNode implements chat.Nodes.
func (s *Store) AddNode(ctx context.Context, name string, level chat.NodeLevel) (chat.NodeID, error) {
	return write(ctx, s, func(tx *transaction) (chat.NodeID, error) {
		tx.lastID++
		tx.nodes = append(tx.nodes, chat.NodeRow{ID: tx.lastID, Name: name, Counter: 1})
		tx.levels[tx.lastID] = level
		return tx.lastID, nil
	})
}

// change runs f on a node's row, if it is there, and reports what f does.
func (s *Store) change(ctx context.Context, id chat.NodeID, f func(*chat.NodeRow) bool) (bool, error) {
	return write(ctx, s, func(tx *transaction) (bool, error) {
		for i := range tx.nodes {
			if tx.nodes[i].ID == id {
				return f(&tx.nodes[i]), nil
			}
		}
		return false, nil
	})
}

// RenewNode implements chat.Nodes.
func (s *Store) RenewNode(ctx context.Context, id chat.NodeID) (bool, error) {
	return s.change(ctx, id, func(n *chat.NodeRow) bool {
		if n.Counter < 0 {
			return false
		}
		n.Counter++
		return true
	})
}

// CondemnNode implements chat.Nodes.
func (s *Store) CondemnNode(ctx context.Context, id chat.NodeID, counter int64) (bool, error) {
	return s.change(ctx, id, func(n *chat.NodeRow) bool {
		if n.Counter != counter {
			return false
		}
		n.Counter = min(n.Counter, 0) - 1
		return true
	})
}

// RemoveNode implements chat.Nodes.
func (s *Store) RemoveNode(ctx context.Context, id chat.NodeID) error {
	_, err := write(ctx, s, func(tx *transaction) (struct{}, error) {
		tx.nodes = slices.DeleteFunc(tx.nodes, func(n chat.NodeRow) bool { return n.ID == id })
		return struct{}{}, nil
	})
	return err
}

// Nodes implements chat.Nodes.
func (s *Store) Nodes(ctx context.Context) (rows []chat.NodeRow, err error) {
	err = s.read(ctx, func(d *Database) error {
		rows = slices.Clone(d.nodes)
		return nil
	})
	return rows, err
}

// LowestLevel implements chat.Levels.
func (s *Store) LowestLevel(ctx context.Context) (lowest chat.NodeLevel, err error) {
	lowest = chat.LevelNow
	err = s.read(ctx, func(d *Database) error {
		for i := range d.nodes {
			lowest = min(lowest, d.levels[d.nodes[i].ID])
		}
		return nil
	})
	return lowest, err
}

// alive reports whether a node is there and nobody buries it.
func (d *Database) alive(id chat.NodeID) bool {
	return slices.ContainsFunc(d.nodes, func(n chat.NodeRow) bool { return n.ID == id && n.Counter > 0 })
}
