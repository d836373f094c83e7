package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/cluster"
	"parley/internal/hub"
	"parley/wire"
)

// clustered reports whether other nodes may share the database: all but the embedded one
// are servers.
func (c *Config) clustered() bool { return c.databaseKind() != "sqlite" }

// ears take what the bus brings to where it belongs.
type ears struct {
	hub    *hub.Hub
	member atomic.Pointer[cluster.Member] // nil until the node has joined
}

// Receive implements chat.Receiver.
func (e *ears) Receive(t chat.Topic, n chat.Notice) {
	if n.Beat == nil {
		e.hub.Receive(t, n)
	} else if m := e.member.Load(); m != nil {
		m.Hear(n.Beat)
	}
}

// Lost implements chat.Receiver.
func (e *ears) Lost() { e.hub.Lost() }

// openBus makes this node's end of the bus that the configuration names.
func (s *Server) openBus() (chat.Bus, error) {
	switch {
	case !s.cfg.clustered():
		return bus.NewMemory(bus.Nodes(1)).Attach(node, s.ears), nil
	case s.cfg.Bus == "":
		s.log.Warn("no bus is configured: if there are other nodes, this node gets their notices only through the database, several times a second; set a Redis with --bus")
		return bus.None{}, nil
	}
	r, err := bus.OpenRedis(bus.RedisOptions{URL: s.cfg.Bus, Receiver: s.ears, Log: s.log})
	if err != nil {
		return nil, err
	}
	s.metrics.watchRedis(r.Counts())
	return r, nil
}

// startCluster takes this node's place among those that share the database.
func (s *Server) startCluster(ctx context.Context) (func(context.Context) error, error) {
	if !s.cfg.clustered() {
		return func(context.Context) error { return nil }, nil
	}
	s.hearNodes(ctx)
	previous, stamp, err := readNode(s.cfg.Data)
	if err != nil {
		return nil, err
	}
	m, err := cluster.Join(ctx, cluster.Options{
		Name: s.cfg.nodeName(), Previous: previous, Certain: stamp != "" && stamp == s.lastStamp, Store: s.store, Bus: s.bus, Clock: s.clock, Log: s.log,
		Joined: func(id chat.NodeID) {
			s.service.SetNode(id)
			if id == 0 {
				return
			}
			if err := writeNode(s.cfg.Data, id, s.stamp); err != nil {
				s.log.Warn("this node's number cannot be stored; after a crash, other nodes free its sessions some seconds later", "err", err)
			}
		},
		Fenced: func(string) { // the log has the reason
			s.hub.Expel(wire.ByeFenced, "this node has lost contact with the cluster: connect to another node", 0)
			s.metrics.fenced.Inc()
		},
		Freed:      s.service.Freed,
		BusTrouble: s.hub.BusTrouble,
	})
	var copied *cluster.CopiedError
	if errors.As(err, &copied) {
		return nil, fmt.Errorf("the data folder %s is a copy of one that is in use: node %d (%s) runs on that now, and this server would have taken its place and thrown its users out; give every node a folder of its own, or remove %s to make this one a new node's",
			s.cfg.Data, copied.Node, copied.Name, filepath.Join(s.cfg.Data, nodeFile))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot join the cluster: %w", err)
	}
	s.member = m
	s.ears.member.Store(m)
	s.ready.watchCluster(m.State)
	return func(ctx context.Context) error {
		err := m.Leave(ctx)
		if err == nil {
			err = removeNode(s.cfg.Data)
		}
		return err
	}, nil
}

// hearNodes subscribes to the beats of the others. A Redis that is away is no reason not
// to start: the bus subscribes when it is there.
func (s *Server) hearNodes(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := s.bus.Subscribe(ctx, chat.Topic{Nodes: true}); err != nil {
		s.log.Warn("the bus does not answer yet; starting without it", "err", err)
	}
}

// nodeName is what the node is called, its machine's name unless it was given one.
func (c *Config) nodeName() string {
	if c.NodeName != "" {
		return c.NodeName
	}
	name, err := os.Hostname()
	if err != nil {
		return "node"
	}
	return name
}

// nodeFile keeps the number that the node has: whoever holds the folder's lock next knows
// that nobody is behind it any more, and frees its sessions at once. That is so for this
// very folder alone, and not for a copy of it: the second line is the folder's stamp.
const nodeFile = "node"

func readNode(dir string) (id chat.NodeID, stamp string, err error) {
	text, err := os.ReadFile(filepath.Join(dir, nodeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", folderError(dir, err)
	}
	number, stamp, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, "", nil // torn by a crash: others bury it
	}
	return chat.NodeID(n), stamp, nil
}

func writeNode(dir string, id chat.NodeID, stamp string) error {
	return writeOwn(filepath.Join(dir, nodeFile), fmt.Appendf(nil, "%d\n%s\n", id, stamp))
}

// stampOf tells a data folder from its copies: this machine, and when the lock's file was
// last changed there, which no tool can copy. It is "" where that is not known.
func stampOf(dir string) string {
	info, err := os.Lstat(filepath.Join(dir, lockName))
	if err != nil {
		return ""
	}
	changed := changedAt(info)
	if changed == "" {
		return ""
	}
	machine, _ := os.ReadFile("/etc/machine-id") // not everywhere
	host, _ := os.Hostname()
	return fmt.Sprintf("%s %q %s", strings.TrimSpace(string(machine)), host, changed)
}

func removeNode(dir string) error { return os.Remove(filepath.Join(dir, nodeFile)) }
