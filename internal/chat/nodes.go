package chat

import "context"

// NodeRow is a node as the others see it in the database. Its counter grows while the
// node is alive, and is negative once another has begun to bury it.
type NodeRow struct {
	ID      NodeID
	Name    string
	Counter int64
}

// Nodes is the part of the store about the nodes of a cluster and their leases. No
// number of a node ever comes back: who loses its lease begins anew under another.
type Nodes interface {
	// AddNode makes a row for a node that begins.
	AddNode(ctx context.Context, name string) (NodeID, error)
	// RenewNode raises a node's counter. It gives false when another node buries this
	// one, or has: none of its sessions can be relied on.
	RenewNode(ctx context.Context, node NodeID) (bool, error)
	// Nodes lists all rows by id.
	Nodes(ctx context.Context) ([]NodeRow, error)
	// CondemnNode is how a burial begins: of all who try it with the same counter, and of
	// these and the node's own renewal, exactly one succeeds, and gets true.
	CondemnNode(ctx context.Context, node NodeID, counter int64) (bool, error)
	// RemoveNode ends a row, once the node's sessions are freed.
	RemoveNode(ctx context.Context, node NodeID) error
}
