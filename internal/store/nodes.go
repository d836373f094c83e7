package store

import (
	"context"

	"parley/internal/chat"
)

// AddNode implements chat.NodeStore.
func (s *Store) AddNode(ctx context.Context, name string) (chat.NodeID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.NodeID, error) {
		id, err := tx.insert(sqlInsertNode, name)
		return chat.NodeID(id), err
	})
}

// RenewNode implements chat.NodeStore.
func (s *Store) RenewNode(ctx context.Context, node chat.NodeID) (bool, error) {
	return s.changeNode(ctx, sqlRenewNode, node)
}

// CondemnNode implements chat.NodeStore.
func (s *Store) CondemnNode(ctx context.Context, node chat.NodeID, counter int64) (bool, error) {
	return s.changeNode(ctx, sqlCondemnNode, node, counter)
}

// RemoveNode implements chat.NodeStore.
func (s *Store) RemoveNode(ctx context.Context, node chat.NodeID) error {
	_, err := s.changeNode(ctx, sqlRemoveNode, node)
	return err
}

// changeNode reports whether the row was there to be changed.
func (s *Store) changeNode(ctx context.Context, id stmtID, args ...any) (bool, error) {
	return write(ctx, s, apart, func(tx *transaction) (bool, error) {
		n, err := tx.exec(id, args...)
		return n > 0, err
	})
}

// Nodes implements chat.NodeStore.
func (s *Store) Nodes(ctx context.Context) ([]chat.NodeRow, error) {
	var list []chat.NodeRow
	err := s.read(ctx, func(l *link) error {
		list = nil
		return l.query(sqlNodes, func(r row) bool {
			list = append(list, chat.NodeRow{ID: chat.NodeID(r.num(0)), Name: r.text(1), Counter: r.num(2)})
			return true
		})
	})
	return list, err
}

// holdNode keeps a node from being buried until the transaction ends.
func (tx *transaction) holdNode(node chat.NodeID) error {
	r, err := tx.one(sqlHoldNode, node)
	if err == nil && (r == nil || r.num(0) < 0) {
		err = chat.ErrNoLease()
	}
	return err
}
