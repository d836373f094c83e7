package cluster

import (
	"context"
	"time"

	"parley/internal/chat"
)

// enroll takes a new number.
func (m *Member) enroll(ctx context.Context) error {
	sent := m.o.Clock.Now()
	id, err := m.o.Store.AddNode(ctx, m.o.Name, chat.LevelNow)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.id, m.renewed, m.outrun = id, sent, time.Time{}
	m.watched = time.Time{} // the others are watched from now on
	m.mu.Unlock()
	m.o.Log.Info("joined the cluster", "node", id, "name", m.o.Name)
	m.o.Joined(id)
	return nil
}

// renewLoop renews the lease, and begins anew when it is lost.
func (m *Member) renewLoop() {
	for m.pause(m.o.RenewEvery) {
		if reason := m.renew(); reason != "" {
			m.beginAnew(reason)
		}
	}
}

// renew raises the counter, and gives why the lease is lost if it is.
func (m *Member) renew() (lost string) {
	id := m.Node()
	sent := m.o.Clock.Now()
	ctx, cancel := m.patience()
	ok, err := m.o.Store.RenewNode(ctx, id)
	cancel()
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case err == nil && !ok:
		return "another node has buried this one: its counter had stood still for too long"
	case err == nil:
		m.renewed, m.outrun = sent, time.Time{}
		return ""
	case m.ctx.Err() != nil:
		return ""
	}
	m.o.Log.Warn("the lease could not be renewed; retrying", "node", id, "err", err)
	now := m.o.Clock.Now()
	if now.Sub(m.renewed) < m.o.Lease || m.outrun.IsZero() || sent.Before(m.outrun) {
		return ""
	}
	// The lease has run out, and this attempt began after others were heard to renew: the
	// database is there for them.
	if now.Sub(m.outrun) >= m.o.StepDown {
		return "the database is there for other nodes and not for this one"
	}
	return ""
}

// expired reports whether the lease has run out; the caller holds m.mu.
func (m *Member) expired(now time.Time) bool { return now.Sub(m.renewed) >= m.o.Lease }

// beginAnew ends everything that rests on the lost lease and takes a new number.
func (m *Member) beginAnew(reason string) {
	m.mu.Lock()
	old := m.id
	m.id = 0
	m.mu.Unlock()
	m.o.Log.Error("this node has lost its lease; its sessions end and it starts again", "node", old, "reason", reason)
	m.o.Joined(0)
	m.o.Fenced(reason)
	for {
		ctx, cancel := m.patience()
		err := m.enroll(ctx)
		cancel()
		if err == nil {
			break
		}
		if !m.pause(m.o.RenewEvery) {
			return
		}
	}
	// What it held is free now, whoever buries it: this very node is behind it no more.
	m.wg.Go(func() { m.buryPrevious(old) })
}

// buryPrevious frees what this node held under a number that it has no more.
func (m *Member) buryPrevious(id chat.NodeID) {
	for {
		ctx, cancel := m.patience()
		rows, err := m.o.Store.Nodes(ctx)
		cancel()
		if err == nil {
			row, there := rowOf(rows, id)
			if !there {
				return
			}
			if m.bury(row) == nil {
				return
			}
		}
		if !m.pause(m.o.RenewEvery) {
			return
		}
	}
}

func rowOf(rows []chat.NodeRow, id chat.NodeID) (chat.NodeRow, bool) {
	for _, r := range rows {
		if r.ID == id {
			return r, true
		}
	}
	return chat.NodeRow{}, false
}

// freeAtOnce is how many users' sessions are freed in one transaction.
const freeAtOnce = 200

// bury takes a node out of the cluster: of all who try it at the same counter one
// succeeds, and it is no error to be another. What a burier that died halfway has left
// is taken up by whoever sees the row stand still after that.
func (m *Member) bury(row chat.NodeRow) error {
	ctx, cancel := m.patience()
	ok, err := m.o.Store.CondemnNode(ctx, row.ID, row.Counter)
	cancel()
	if err != nil || !ok {
		return err
	}
	m.o.Log.Warn("burying a node", "node", row.ID, "name", row.Name)
	if err := m.free(m.ctx, row.ID); err != nil {
		m.o.Log.Warn("a burial stopped halfway; continuing", "node", row.ID, "err", err)
		return err
	}
	ctx, cancel = m.patience()
	defer cancel()
	return m.o.Store.RemoveNode(ctx, row.ID)
}

// free ends a node's sessions and tells of those who went offline by it.
func (m *Member) free(ctx context.Context, id chat.NodeID) error {
	for more := true; more; {
		one, cancel := context.WithTimeout(ctx, 5*m.o.Patience)
		var moves []chat.PresenceMove
		var err error
		moves, more, err = m.o.Store.FreeSessions(one, id, freeAtOnce)
		if err == nil && len(moves) > 0 {
			m.o.Freed(one, moves)
		}
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}
