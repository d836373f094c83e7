package store

import (
	"context"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

var (
	sqlInsertNode = sqldb.Register(sqldb.ForWriting, `
INSERT INTO nodes (name, counter, started_at, level) VALUES (?, 1, {now}, ?) {returning id}`)
	// A node of a version before there were levels has 0.
	sqlLowestLevel = sqldb.Register(sqldb.ForReading, `
SELECT MIN(level) FROM nodes`)
	sqlRenewNode = sqldb.Register(sqldb.ForWriting, `
UPDATE nodes SET counter = counter + 1 WHERE id = ? AND counter > 0`)
	sqlNodes = sqldb.Register(sqldb.ForReading, `
SELECT id, name, counter FROM nodes ORDER BY id`)
	// Held until the end of the transaction: whoever buries the node waits for it.
	sqlHoldNode = sqldb.Register(sqldb.ForWriting, `
SELECT counter FROM nodes WHERE id = ? {for share}`)
	// Below 0 it goes on downwards, so that a burial that stopped halfway can be begun
	// again by exactly one other.
	sqlCondemnNode = sqldb.Register(sqldb.ForWriting, `
UPDATE nodes SET counter = CASE WHEN counter > 0 THEN -1 ELSE counter - 1 END WHERE id = ? AND counter = ?`)
	sqlRemoveNode = sqldb.Register(sqldb.ForWriting, `
DELETE FROM nodes WHERE id = ?`)
)

// nodeRow is a row of nodes.
type nodeRow struct {
	ID        int64  `db:"id"`
	Name      string `db:"name"`
	Counter   int64  `db:"counter"`
	StartedAt int64  `db:"started_at"`
	Level     int64  `db:"level"`
}

// AddNode implements chat.Nodes.
func (s *Store) AddNode(ctx context.Context, name string, level chat.NodeLevel) (chat.NodeID, error) {
	return write(ctx, s, apart, func(tx *transaction) (chat.NodeID, error) {
		id, err := tx.Insert(sqlInsertNode, name, level)
		return chat.NodeID(id), err
	})
}

// RenewNode implements chat.Nodes.
func (s *Store) RenewNode(ctx context.Context, node chat.NodeID) (bool, error) {
	return s.changeNode(ctx, sqlRenewNode, node)
}

// CondemnNode implements chat.Nodes.
func (s *Store) CondemnNode(ctx context.Context, node chat.NodeID, counter int64) (bool, error) {
	return s.changeNode(ctx, sqlCondemnNode, node, counter)
}

// RemoveNode implements chat.Nodes.
func (s *Store) RemoveNode(ctx context.Context, node chat.NodeID) error {
	_, err := s.changeNode(ctx, sqlRemoveNode, node)
	return err
}

// changeNode reports whether the row was there to be changed.
func (s *Store) changeNode(ctx context.Context, id sqldb.Statement, args ...any) (bool, error) {
	return write(ctx, s, apart, func(tx *transaction) (bool, error) {
		n, err := tx.Exec(id, args...)
		return n > 0, err
	})
}

// Nodes implements chat.Nodes.
func (s *Store) Nodes(ctx context.Context) ([]chat.NodeRow, error) {
	var list []chat.NodeRow
	err := s.read(ctx, func(l *sqldb.Link) error {
		list = nil
		return l.Query(sqlNodes, func(r sqldb.Row) bool {
			list = append(list, chat.NodeRow{ID: chat.NodeID(r.Num(0)), Name: r.Text(1), Counter: r.Num(2)})
			return true
		})
	})
	return list, err
}

// LowestLevel implements chat.Levels.
func (s *Store) LowestLevel(ctx context.Context) (chat.NodeLevel, error) {
	lowest := chat.LevelNow
	err := s.read(ctx, func(l *sqldb.Link) error {
		r, err := l.One(sqlLowestLevel)
		if err == nil && r != nil && !r.Null(0) {
			lowest = chat.NodeLevel(r.Num(0))
		}
		return err
	})
	return lowest, err
}

// holdNode keeps a node from being buried until the transaction ends.
func (tx *transaction) holdNode(node chat.NodeID) error {
	r, err := tx.One(sqlHoldNode, node)
	if err == nil && (r == nil || r.Num(0) < 0) {
		err = chat.ErrNoLease()
	}
	return err
}
