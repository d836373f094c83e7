package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"parley/internal/archive"
	"parley/internal/chat"
	"parley/internal/cluster"
	"parley/internal/gate"
	"parley/internal/hub"
	"parley/internal/platform"
	"parley/internal/site"
	"parley/web"
)

// Server is a running node.
type Server struct {
	// Static.
	cfg      Config
	room     room
	log      *slog.Logger
	audit    *auditLog
	clock    chat.Clock
	hashCost chat.HashCost
	tls      *tls.Config // nil for plain connections; set before anybody listens
	site     *site.Site
	ready    *readiness
	metrics  *metrics

	// Set by Start, in this order, and then static.
	store    chat.Store // with the archive behind it
	archiver *archive.Archiver
	logID    string
	ears     *ears
	bus      chat.Bus
	hub      *hub.Hub
	member   *cluster.Member // nil on the embedded database
	service  *chat.Service
	gate     *gate.Gate
	// Which folder on which machine this is, and was when its last server ran.
	stamp, lastStamp string
	times            interface { // of the database
		Times(ctx context.Context) (now, past time.Time, err error)
	}
	clocks       clocks
	clockTrouble trouble
	disk         disk
	adminAddr    net.Addr // nil for none
	httpAddr     net.Addr
	tcpAddr      net.Addr

	// What Stop undoes, in the order in which it was started.
	steps []step

	stopWanted chan struct{}
	wantOnce   sync.Once
	drain      drain // how it is to stop; set before stopWanted is closed
	failed     chan error
	stopOnce   sync.Once
	stopErr    error
}

// step is something that runs and how it is stopped.
type step struct {
	name string
	stop func(context.Context) error
}

// Option changes a server in ways that no operator may.
type Option func(*Server)

// HashCost makes password hashing cheaper than any real server should have it.
func HashCost(c chat.HashCost) Option { return func(s *Server) { s.hashCost = c } }

// Start brings a server up and returns when it is ready, after it wrote its one line
// to stdout. ctx bounds the start alone. What was started before an error is stopped
// again. The log goes to stderr.
func Start(ctx context.Context, cfg Config, stdout, stderr io.Writer, options ...Option) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	s := &Server{
		cfg: cfg, clock: chat.SystemClock{},
		drain:      drain{cfg.DrainDelay, cfg.DrainWindow},
		stopWanted: make(chan struct{}), failed: make(chan error, 1),
		disk: disk{space: platform.DiskSpace},
	}
	s.log = newLog(&cfg, stderr, s.clock)
	var err error
	if s.audit, err = openAudit(&cfg, s, stderr); err != nil {
		return nil, err
	}
	if s.site, err = site.New(web.Dist()); err != nil {
		return nil, err
	}
	s.makeRoom()
	s.ready = newReadiness(s.clock)
	s.metrics = newMetrics()
	for _, o := range options {
		o(s)
	}
	if err = s.start(ctx, stdout); err != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.StopTimeout)
		defer cancel()
		return nil, errors.Join(err, s.Stop(stopping))
	}
	return s, nil
}

// start goes up the floors. Stop comes down in the opposite order: no new
// connections, goodbye to sessions, pending commits, the store, and health, which
// can be asked to the last.
func (s *Server) start(ctx context.Context, stdout io.Writer) error {
	for _, up := range []struct {
		name  string
		start func(context.Context) (stop func(context.Context) error, err error)
	}{
		{"data folder", s.startLock},
		{"certificate", s.startTLS},
		{"health and metrics", s.startAdmin},
		{"HTTP listener", s.startHTTP},
		{"store", s.startStore},
		{"bus", s.startBus},
		{"use cases", s.startService},
		{"cluster", s.startCluster},
		{"gate", s.startGate},
		{"sessions", s.startSessions},
		{"disk", s.startDisk},
		{"clock", s.startClock},
		{"upkeep", s.startUpkeep},
		{"archive", s.startArchive},
		{"memory", s.startMemory},
		{"control socket", s.startControl},
		{"TCP listener", s.startTCP},
	} {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("start interrupted before %s: %w", up.name, err)
		}
		stop, err := up.start(ctx)
		if err != nil {
			return err
		}
		s.steps = append(s.steps, step{up.name, stop})
	}
	s.ready.enter(serving)
	admin := "none"
	if s.adminAddr != nil {
		admin = s.adminAddr.String()
	}
	s.log.Info("ready", "tcp", s.tcpAddr.String(), "http", s.httpAddr.String(), "admin", admin, "tls", s.tls != nil, "data", s.cfg.Data, "version", Version().Version)
	s.tellWhoCanCome()
	s.log.Info("the chat is open: visit it with a browser", "url", s.webURL())
	_, err := fmt.Fprintf(stdout, "parley ready tcp=%s http=%s admin=%s db=%s\n", s.tcpAddr, s.httpAddr, admin, s.cfg.databaseKind())
	if err != nil {
		return fmt.Errorf("cannot write the ready line to standard output: %w", err)
	}
	return nil
}

// Stop stops in order and returns when nothing of the server runs any more, or, with
// an error that names the step, when ctx ended first. Only the first call does it;
// others wait for it.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		ran := s.ready.in() == serving
		s.ready.enter(draining)
		began := s.clock.Now()
		if ran {
			s.drainFor(ctx)
		}
		s.ready.enter(stopping)
		var errs []error
		for i := len(s.steps) - 1; i >= 0; i-- {
			if err := stopWithin(ctx, s.steps[i]); err != nil {
				s.log.Error("stop", "step", s.steps[i].name, "error", err)
				errs = append(errs, err)
			}
		}
		if err := s.audit.file.close(); err != nil {
			errs = append(errs, fmt.Errorf("closing the audit log: %w", err))
		}
		s.stopErr = errors.Join(errs...)
		if ran {
			s.log.Info("stopped", "took", s.clock.Now().Sub(began).Round(time.Millisecond))
		}
	})
	return s.stopErr
}

// drainFor goes on serving while the load balancer finds out that it should not send
// anybody here any more.
func (s *Server) drainFor(ctx context.Context) {
	d := s.drain.delay
	if d <= 0 {
		return
	}
	s.log.Info("draining", "delay", d, "window", s.drain.window)
	chat.Pause(s.clock, d, ctx.Done())
}

// stopWithin goes on without a step that outlasts ctx.
func stopWithin(ctx context.Context, st step) error {
	done := make(chan error, 1)
	go func() { done <- st.stop(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("stopping the %s: %w", st.name, err)
		}
		return nil
	case <-ctx.Done():
	}
	// Both may have happened.
	select {
	case err := <-done:
		if err == nil {
			return nil
		}
		return fmt.Errorf("stopping the %s: %w", st.name, err)
	case <-time.After(time.Second):
		return fmt.Errorf("stopping the %s took too long and was given up; raise stop-timeout if this is expected", st.name)
	}
}

// tellWhoCanCome says how to let other machines in where only this one can come, and how
// people get accounts where they cannot make them.
func (s *Server) tellWhoCanCome() {
	switch registration(s.cfg.Registration) {
	case chat.RegistrationByInvite:
		s.log.Info("registration is by invitation: \"parley admin invite create\" makes a code")
	case chat.RegistrationClosed:
		s.log.Info("registration is closed: \"parley admin user create\" makes accounts, and with --invite codes for people who then choose their passwords")
	case chat.RegistrationOpen:
	}
	if beyond(s.cfg.TCP) || beyond(s.cfg.HTTP) {
		return
	}
	s.log.Info("only programs on this machine can connect; to let others in, start with --tcp :6000 --http :8080, and with a certificate (--tls-cert, --tls-self-signed) or clients that seal (--sealed)")
}

// Addrs are the addresses that clients connect to.
func (s *Server) Addrs() (tcp, http net.Addr) { return s.tcpAddr, s.httpAddr }

// AdminAddr is where /readyz and /metrics are; nil for nowhere.
func (s *Server) AdminAddr() net.Addr { return s.adminAddr }

// StopWanted is closed when an operator asked for a stop through the control socket.
func (s *Server) StopWanted() <-chan struct{} { return s.stopWanted }

// Failed returns the error after which the server cannot go on: a listener that died.
func (s *Server) Failed() <-chan error { return s.failed }

// wantStop asks for a stop, the first time it is called.
func (s *Server) wantStop(d drain) {
	s.wantOnce.Do(func() {
		s.drain = d
		close(s.stopWanted)
	})
}

// StopTimeout is how long Stop may take: what was configured, or what a drain that was
// asked for needs. It is to be asked when the stop begins.
func (s *Server) StopTimeout() time.Duration {
	return max(s.cfg.StopTimeout, s.drain.delay+s.drain.window+drainRest)
}

// drain is over how long a server leaves: see drain-delay and drain-window.
type drain struct{ delay, window time.Duration }

// drainRest is what an orderly stop takes at most besides that, commits and cursors.
const drainRest = 10 * time.Second

func (s *Server) fail(err error) {
	select {
	case s.failed <- err:
	default: // the first one is enough
	}
}
