package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"parley/internal/chat"
)

// auditLog writes who got in, who did not, what changed about accounts and what the
// operator did: one line each, in the log or in a file of its own. What a client can make
// come without end (logins that were not even tried) is bounded as other lines are.
type auditLog struct {
	all     *slog.Logger // every line
	bounded *slog.Logger
	file    *auditFile // nil for none
}

// openAudit opens the file of the configuration, if there is one.
func openAudit(c *Config, s *Server, stderr io.Writer) (*auditLog, error) {
	a := &auditLog{all: slog.New(logHandler(c, stderr)), bounded: s.log}
	if c.Audit == "" {
		return a, nil
	}
	f := &auditFile{path: c.Audit, clock: s.clock}
	if err := f.open(); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	level := *c
	level.LogLevel = "info"
	h := orElse{logHandler(&level, f), a.all, s.log}
	a.file, a.all, a.bounded = f, slog.New(h), slog.New(newBrief(h, s.clock))
	return a, nil
}

// entry writes what happened to an account. What a client has chosen comes last, so that a
// line can be read from its beginning.
func (a *auditLog) entry(e chat.Audited) {
	log := a.all
	if e.What == chat.LoginHeldBack || e.What == chat.RegistrationHeldBack {
		log = a.bounded
	}
	from := "-"
	if e.From.IsValid() {
		from = e.From.Unmap().WithZone("").String()
	}
	log.Info(string(e.What), "address", from, "reason", cmp.Or(e.Reason, "-"), "user", int64(e.User.ID),
		"device_id", int64(e.DeviceID), "account", e.User.Name, "device", e.Device)
}

// operator writes what came over the control socket, but for what only reads.
func (a *auditLog) operator(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		answer, order := &statusWriter{ResponseWriter: w, status: http.StatusOK}, &auditedOrder{}
		r = r.WithContext(context.WithValue(r.Context(), auditedOrder{}, order))
		next.ServeHTTP(answer, r)
		outcome := "done"
		if answer.status >= http.StatusBadRequest || order.failed {
			outcome = "refused"
		}
		line := []any{
			"address", "-", "reason", outcome, "action", order.action(r), "user", int64(order.user.ID),
			"device_id", cmp.Or(r.PathValue("id"), "-"),
		}
		if order.invite != 0 {
			line = append(line, "invite", int64(order.invite))
		}
		a.all.Info("admin", append(line, "account", cmp.Or(order.user.Name, order.account, r.PathValue("user")))...)
	})
}

// auditedOrder is what a handler adds to the line about it.
type auditedOrder struct {
	do, account string
	user        chat.User // if it was found
	invite      chat.RegistrationInviteID
	failed      bool
}

// audited returns the entry that is written when the request is done.
func audited(r *http.Request) *auditedOrder {
	if o, ok := r.Context().Value(auditedOrder{}).(*auditedOrder); ok {
		return o
	}
	return &auditedOrder{}
}

// action is the request's path in words, such as "users disable".
func (o *auditedOrder) action(r *http.Request) string {
	_, path, _ := strings.Cut(r.Pattern, "/v1/")
	var words []string
	for _, part := range strings.Split(path, "/") {
		switch {
		case part == "{do}":
			words = append(words, r.PathValue("do"))
		case !strings.HasPrefix(part, "{"):
			words = append(words, part)
		}
	}
	if o.do != "" {
		words = append(words, o.do)
	}
	return strings.Join(words, " ")
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// orElse writes to the log what cannot be written to the audit log's file.
type orElse struct {
	slog.Handler
	log      *slog.Logger
	problems *slog.Logger
}

// Handle implements slog.Handler.
func (h orElse) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if err == nil {
		return nil
	}
	h.problems.Error("the audit log cannot be written; its lines go to this log", "error", err)
	return h.log.Handler().Handle(ctx, r)
}

// auditFile is a file that lines are added to. When it is moved away, as programs that
// rotate logs do, a new one is made within a second.
type auditFile struct {
	path  string
	clock chat.Clock

	mu      sync.Mutex
	f       *os.File
	checked time.Time
}

func (a *auditFile) open() error {
	f, err := os.OpenFile(a.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return errors.Join(fmt.Errorf("%s is no file that lines can be added to", a.path), err, f.Close())
	}
	a.f, a.checked = f, a.clock.Now()
	return nil
}

// Write implements io.Writer.
func (a *auditFile) Write(line []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil || a.clock.Now().Sub(a.checked) >= time.Second && a.moved() {
		if err := a.reopen(); err != nil {
			return 0, err
		}
	}
	return a.f.Write(line)
}

func (a *auditFile) moved() bool {
	a.checked = a.clock.Now()
	there, err := os.Stat(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	here, hereErr := a.f.Stat()
	return err == nil && hereErr == nil && !os.SameFile(there, here)
}

func (a *auditFile) reopen() error {
	if a.f != nil {
		_ = a.f.Close() // its lines are written
		a.f = nil
	}
	return a.open()
}

// close is for nil, too.
func (a *auditFile) close() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		return nil
	}
	return a.f.Close()
}
