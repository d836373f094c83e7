package chat

import (
	"context"

	"parley/wire"
)

// NodeLevel says which rules a version of the server keeps. Nodes of neighbouring versions share a
// database, and a node that does not know a rule lets through what the rule forbids. So each
// node writes its level, and a rule of a higher level cannot be set while an older node is there.
type NodeLevel int64

// The levels. A version that brings a rule which the version before would let everybody pass
// by takes the next number.
const (
	// LevelGroups knows groups that are not open, groups in which not everybody may post, and
	// read-only members.
	LevelGroups NodeLevel = 1

	// LevelExtra knows what a message has beside its text. A node that does not would deliver
	// messages without it, and lose it when it moves them to the archive.
	LevelExtra NodeLevel = 2

	// LevelConsent knows friendships that need consent.
	LevelConsent NodeLevel = 3

	// LevelNow is this version's.
	LevelNow = LevelConsent
)

// ErrOlderNode is what somebody is told who wants a rule that an older node would not keep.
func ErrOlderNode() *Error { return E(wire.OlderNode) }

// AllKeepExtra answers OlderNode while a node is there that does not know what a message has beside
// its text.
func AllKeepExtra(ctx context.Context, r Levels) error {
	lowest, err := r.LowestLevel(ctx)
	if err == nil && lowest < LevelExtra {
		err = Errorf(wire.OlderNode, "a server of an older version is still running in this cluster, and would lose which message yours answers and whom it mentions: send it without these, or try again when all servers are upgraded")
	}
	return err
}

// allKeep answers OlderNode while a node is there that does not know the rules of a level.
func (s *Service) allKeep(ctx context.Context, l NodeLevel) error {
	lowest, err := s.store.LowestLevel(ctx)
	if err == nil && lowest < l {
		err = ErrOlderNode()
	}
	return err
}

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
	Levels
	// AddNode makes a row for a node that begins, and keeps the rules of a level.
	AddNode(ctx context.Context, name string, level NodeLevel) (NodeID, error)
	// RenewNode raises a node's counter. It returns false when another node buries this
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

// Levels is the part of the store about which versions are there.
type Levels interface {
	// LowestLevel returns the lowest level of all nodes with a row; LevelNow where there is
	// none, as on a server that has its database for itself.
	LowestLevel(ctx context.Context) (NodeLevel, error)
}
