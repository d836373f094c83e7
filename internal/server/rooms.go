package server

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/gate"
	"parley/internal/hub"
)

// node is the number of a server on the embedded database: it is alone.
const node chat.NodeID = 1

// sessionsAtOnce is how many users' sessions are freed in one transaction.
const sessionsAtOnce = 500

// mostOperators is how many connections the control socket takes at once.
const mostOperators = 64

func (s *Server) startLock(context.Context) (func(context.Context) error, error) {
	before := stampOf(s.cfg.Data) // the lock is written anew
	l, err := lockData(s.cfg.Data)
	if err != nil {
		return nil, err
	}
	s.lastStamp, s.stamp = before, stampOf(s.cfg.Data)
	warning, err := checkFolder(s.cfg.Data)
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	if warning != "" {
		s.log.Warn(warning, "data", s.cfg.Data)
	}
	return func(context.Context) error { return l.release() }, nil
}

// startStore opens the database. On the embedded one it frees what the sessions of a
// crashed run hold: the lock on the folder says that nobody else can own them.
func (s *Server) startStore(ctx context.Context) (func(context.Context) error, error) {
	url, err := s.cfg.database()
	if err != nil {
		return nil, err
	}
	lock, err := s.cfg.lockDatabase()
	if err != nil {
		return nil, err
	}
	stop, err := s.startLocked(ctx, url)
	if err != nil {
		return nil, errors.Join(err, lock.release())
	}
	return func(ctx context.Context) error { return errors.Join(stop(ctx), lock.release()) }, nil
}

// startLocked is startStore with the lock at hand.
func (s *Server) startLocked(ctx context.Context, url string) (func(context.Context) error, error) {
	if err := s.cfg.refuseEmptied(); err != nil {
		return nil, err
	}
	st, err := s.openStore(ctx, url)
	if err != nil {
		return nil, err
	}
	freed := 0
	for more := !s.cfg.clustered(); more; {
		var gone []chat.PresenceMove
		if gone, more, err = st.FreeSessions(ctx, 0, sessionsAtOnce); err != nil {
			return nil, errors.Join(fmt.Errorf("cannot free the sessions of the last run: %w", err), st.Close())
		}
		freed += len(gone)
	}
	if freed > 0 {
		s.log.Info("the last run did not end in order; its users are offline now", "users", freed)
	}
	if err := s.openArchive(st); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	s.logID = st.LogID()
	s.metrics.watchStore(st)
	s.ready.watch(st.Ping)
	s.ready.watchAlso("log", func() string { return logTrouble(st.LogKept()) })
	s.ready.watchAlso("clock", s.clockTrouble.get)
	s.times = st
	s.ready.watchAppends(func() time.Duration { oldest, _ := st.Waiting(); return oldest })
	return func(context.Context) error { return st.Close() }, nil
}

// logTrouble is what there is to say of a log that cannot be folded in.
func logTrouble(kept int64) string {
	if kept == 0 {
		return ""
	}
	return fmt.Sprintf("a program that reads the database for a long time blocks the checkpoint, and %d MiB of the WAL wait; end that program, or let the backup finish", kept>>20)
}

func (s *Server) startBus(ctx context.Context) (func(context.Context) error, error) {
	s.hub = hub.New(hub.Options{
		MaxText: s.cfg.MaxText, BytesPerMinute: int64(s.cfg.BytesPerMinute), ScarceBytesPerMinute: int64(s.cfg.ScarceBytesPerMinute),
		StrangerMessages: s.cfg.StrangerMessagesPerDay, Strangers: s.cfg.StrangersPerDay, EditWithin: s.cfg.EditWithin, Log: s.log,
	}, s.store, s.clock)
	s.ears = &ears{hub: s.hub}
	b, err := s.openBus()
	if err != nil {
		return nil, errors.Join(err, s.hub.Close(ctx))
	}
	s.bus = b
	s.hub.SetBus(b)
	s.metrics.watchHub(s.hub)
	return func(ctx context.Context) error {
		// It is closed already, unless the start failed before there were sessions.
		return errors.Join(s.hub.Close(ctx), b.Close())
	}, nil
}

func (s *Server) startService(context.Context) (func(context.Context) error, error) {
	first := node
	if s.cfg.clustered() {
		first = 0 // until it has joined
	}
	s.service = chat.NewService(s.store, s.hub, s.hub, s.clock, chat.ServiceOptions{
		Node:                first,
		Leased:              s.cfg.clustered(),
		Registration:        registration(s.cfg.Registration),
		MaxFriends:          s.cfg.MaxFriends,
		MaxText:             s.cfg.MaxText,
		AskFriends:          s.cfg.Friends == "ask",
		AddFriendsOnly:      s.cfg.Friends == "ask",
		MaxFriendRequests:   s.cfg.MaxFriendRequests,
		NoDirectory:         s.cfg.Directory == "off",
		LookupsPerHour:      s.cfg.DirectoryPerHour,
		MaxDevices:          s.cfg.MaxDevices,
		DevicesPerDay:       s.cfg.DevicesPerDay,
		MaxGroups:           s.cfg.MaxGroups,
		MaxMembers:          s.cfg.MaxMembers,
		MaxInvites:          s.cfg.MaxInvites,
		MinPassword:         s.cfg.PasswordMin,
		HashCost:            s.hashCost,
		HashesAtOnce:        s.cfg.HashesAtOnce,
		HashQueue:           s.cfg.HashQueue,
		HashWait:            s.cfg.HashWait,
		HashPromises:        s.cfg.HashPromises,
		HashPlacesAddress:   s.cfg.HashPlacesAddress,
		HashPlacesAccount:   s.cfg.HashPlacesAccount,
		FreeAttemptsAccount: s.cfg.FreeAttempts,
		FreeAttemptsAddress: s.cfg.FreeAttemptsAddress,
		LongestDelay:        s.cfg.LongestDelay,
		TokenAge:            time.Duration(s.cfg.TokenAge),
		Audit:               s.audit.entry,
		Log:                 s.log,
	})
	return s.service.Close, nil
}

// startGate makes the gate. What comes in is let in when the listeners are there.
func (s *Server) startGate(context.Context) (func(context.Context) error, error) {
	handlers := gate.NewHandlers(gate.HandlerOptions{
		Service:   s.service,
		Hub:       s.hub,
		LogID:     s.logID,
		Heartbeat: s.cfg.Heartbeat,
		Rates: gate.Rates{
			Traffic:  gate.Rate{PerSecond: float64(s.cfg.RateFrames), Burst: s.cfg.RateFrames},
			Requests: gate.Rate{PerSecond: float64(s.cfg.RateRequests), Burst: 5 * s.cfg.RateRequests},
			Accounts: gate.Rate{PerSecond: float64(s.cfg.RateAccounts), Burst: 10 * s.cfg.RateAccounts},
		},
		Registrations:      gate.Rate{PerSecond: float64(s.cfg.RegistrationsPerAddress) / 3600, Burst: s.cfg.RegistrationsPerAddress},
		RefusePlainSecrets: !s.cfg.AllowPlaintext,
		Clock:              s.clock,
		Log:                s.log,
		Metrics:            &s.metrics.frames,
	})
	proxies, err := s.cfg.proxies()
	if err != nil {
		return nil, err
	}
	seals, err := s.sealKeys()
	if err != nil {
		return nil, err
	}
	o := gate.Options{
		ProxyFrom:                 proxies,
		TLS:                       s.tls,
		MaxConns:                  s.room.conns,
		MaxConnsPerAddr:           s.cfg.MaxConnectionsPerAddress,
		MaxUnauthenticated:        s.room.guests,
		MaxUnauthenticatedPerAddr: s.cfg.MaxUnauthenticatedPerAddress,
		MaxParts:                  int(s.cfg.MaxUnfinished),
		LoginTimeout:              s.cfg.LoginTimeout,
		FrameTimeout:              s.cfg.FrameTimeout,
		Silent:                    s.cfg.Vanished * 4 / 5, // and the rest to find out
		MaxFrame:                  int(s.cfg.MaxFrame),
		Soft:                      int(s.cfg.Outbox),
		Hard:                      4 * int(s.cfg.Outbox),
		AllowedOrigins:            s.cfg.AllowedOrigins,
		Clock:                     s.clock,
		Log:                       s.log,
		Metrics:                   &s.metrics.conns,
		SealRate:                  gate.Rate{PerSecond: float64(s.cfg.RateSeals), Burst: 10 * s.cfg.RateSeals},
	}
	if seals != nil {
		o.Seal = seals
	}
	s.gate = gate.New(o, handlers.Accept)
	s.metrics.watchGate(s.gate, s.hub)
	s.metrics.watchHashing(s.service.Hashing())
	s.metrics.watchDevices(s.service.DeviceCounts())
	s.metrics.watchInvites(s.service.InviteCounts())
	s.metrics.counter("parley_lookups_refused_total", "Questions for people refused because their account had asked directory-per-hour.", s.service.LookupsRefused())
	return func(ctx context.Context) error {
		err := s.gate.Shutdown(ctx)
		handlers.Close()
		if seals != nil {
			seals.making.Wait()
		}
		return err
	}, nil
}

// startSessions starts nothing: its place in the order is where sessions are told
// goodbye, after the listeners have closed and before the connections must end.
func (s *Server) startSessions(context.Context) (func(context.Context) error, error) {
	return func(ctx context.Context) error {
		s.hub.Drain(ctx, s.drain.window)
		return s.hub.Close(ctx)
	}, nil
}

func (s *Server) startControl(context.Context) (func(context.Context) error, error) {
	l, err := listenControl(s.cfg.Data)
	if err != nil {
		return nil, err
	}
	c := &control{
		users: s.store.ListUsers, sessions: s.hub.Sessions, kick: s.hub.KickDevice, doubt: s.hub.Doubt, accounts: s.service, clock: s.clock, archiver: s.archiver,
		stop: s.wantStop, drain: drain{s.cfg.DrainDelay, s.cfg.DrainWindow},
	}
	if s.member != nil {
		c.cluster = s.member.State
	}
	stop := s.serveHTTP(newHTTP(s.audit.operator(c.handler()), crowdLimit{most: mostOperators, closed: new(atomic.Int64)}, s.log), l)
	return func(ctx context.Context) error { return errors.Join(stop(ctx), removeSocket(s.cfg.Data)) }, nil
}

// startTCP lets clients in: the last thing that is started, the first that stops.
func (s *Server) startTCP(ctx context.Context) (func(context.Context) error, error) {
	l, err := listen(ctx, "tcp", s.cfg.TCP)
	if err != nil {
		return nil, err
	}
	s.tcpAddr = l.Addr()
	var accepting sync.WaitGroup
	accepting.Go(func() {
		if err := s.gate.ServeTCP(l); err != nil {
			s.fail(fmt.Errorf("TCP on %s: %w", l.Addr(), err))
		}
	})
	return func(context.Context) error {
		err := l.Close()
		accepting.Wait()
		return err
	}, nil
}
