package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// What one HTTP client may cost. A WebSocket leaves these behind with its handshake.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	answerTimeout = 60 * time.Second
	idleTimeout   = 60 * time.Second
	maxHeader     = 16 << 10
)

// newHTTP makes a server with limits on everything that a client decides, and on how
// many there may be that are not a WebSocket yet.
func newHTTP(h http.Handler, limit crowdLimit, log *slog.Logger) *http.Server {
	return &http.Server{
		ConnState:         limit.connState(),
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// alive is /healthz: the process answers.
func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "alive\n") // the client has gone: nobody is left to tell
}

// userRoutes is everything on the HTTP address, which strangers can reach.
func (s *Server) userRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("/ws", s.webSocket)
	mux.HandleFunc("GET /server.json", s.serveFacts)
	mux.Handle("/", s.site)
	return mux
}

// adminRoutes is everything on the admin address.
func (s *Server) adminRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", alive)
	mux.Handle("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4,
		Timeout:             answerTimeout / 2,
	}))
	return mux
}

// webSocket hands a handshake to the gate, which is there between start and stop.
func (s *Server) webSocket(w http.ResponseWriter, r *http.Request) {
	if in := s.ready.in(); in == starting || in == stopping {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the server is starting or stopping: try again in a moment", http.StatusServiceUnavailable)
		return
	}
	s.gate.HandleWebSocket(w, r)
}

// mostAsking is how many connections the admin address takes at once: balancers, kubelets
// and monitoring are few.
const mostAsking = 256

// startAdmin opens the admin address. It is there from the first moment to the last, so
// that health can be asked while the database is opened and while sessions are told
// goodbye. It has no TLS: a certificate that has expired is no reason to look dead.
func (s *Server) startAdmin(ctx context.Context) (func(context.Context) error, error) {
	if s.cfg.Admin == "" {
		return func(context.Context) error { return nil }, nil
	}
	l, err := listen(ctx, "admin", s.cfg.Admin)
	if err != nil {
		return nil, err
	}
	s.adminAddr = l.Addr()
	return s.serveHTTP(newHTTP(s.headers(s.adminRoutes()), crowdLimit{most: mostAsking, closed: &s.metrics.crowdedHTTP}, s.log), l), nil
}

func (s *Server) startHTTP(ctx context.Context) (func(context.Context) error, error) {
	l, err := listen(ctx, "http", s.cfg.HTTP)
	if err != nil {
		return nil, err
	}
	s.httpAddr = l.Addr()
	proxies, err := s.cfg.proxies()
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	limit := crowdLimit{
		most: s.room.http, share: s.cfg.MaxUnauthenticatedPerAddress, key: crowdKey(proxies), closed: &s.metrics.crowdedHTTP,
	}
	return s.serveHTTP(newHTTP(s.headers(s.userRoutes()), limit, s.log), s.encrypted(l)), nil
}

// listen opens a TCP listener, with an error that says what to do.
func listen(ctx context.Context, key, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --%s (port 0 takes a free one)", addr, err, key)
	}
	return l, nil
}

// serveHTTP runs srv on l until the step it returns stops it.
func (s *Server) serveHTTP(srv *http.Server, l net.Listener) (stop func(context.Context) error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("HTTP on %s: %w", l.Addr(), err))
		}
	}()
	return func(ctx context.Context) error {
		err := srv.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, srv.Close())
		}
		<-done
		return err
	}
}
