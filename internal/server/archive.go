package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"parley/internal/archive"
	"parley/internal/blobs"
	"parley/internal/chat"
	"parley/internal/platform"
	"parley/internal/store"
	"parley/wire"
)

const (
	archiveEvery = time.Hour
	// archiveLeast keeps automatic runs from making a file of a handful of messages every
	// hour.
	archiveLeast = 10_000
)

// openArchive puts the archive behind the database, whether one is configured or not:
// what was moved there before must be found, or its lack told.
func (s *Server) openArchive(st *store.Store) error {
	storage, err := s.cfg.archiveStorage()
	if err != nil {
		return err
	}
	cold := archive.NewStore(st, storage, int64(s.cfg.ArchiveCache))
	s.archiver = &archive.Archiver{
		Store: cold, Storage: storage, LogID: st.LogID(), Clock: s.clock, Log: s.log, Rate: float64(s.cfg.ArchiveRate),
		Node: func() chat.NodeID {
			switch {
			case !s.cfg.clustered():
				return node
			case s.member == nil:
				return 0
			}
			return s.member.State().Node
		},
	}
	s.store = &archived{st, cold}
	s.metrics.watchArchive(&cold.Metrics)
	s.ready.watchArchive(cold.Trouble)
	return nil
}

// archived is a store whose messages are read through its archive.
type archived struct {
	chat.Store
	cold *archive.Store
}

// Page implements chat.Pages.
func (a *archived) Page(ctx context.Context, conv chat.ConvID, after, upTo int64, limit, maxBytes int) ([]chat.Message, error) {
	return a.cold.Page(ctx, conv, after, upTo, limit, maxBytes)
}

// PageBefore implements chat.Pages.
func (a *archived) PageBefore(ctx context.Context, conv chat.ConvID, before, floor int64, limit, maxBytes int) ([]chat.Message, error) {
	return a.cold.PageBefore(ctx, conv, before, floor, limit, maxBytes)
}

// Conversations implements chat.Conversations.
func (a *archived) Conversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.ConvID, limit, unreadCap int) ([]chat.ConvRow, error) {
	return a.cold.Conversations(ctx, user, device, after, limit, unreadCap)
}

// RecentConversations implements chat.Conversations.
func (a *archived) RecentConversations(ctx context.Context, user chat.UserID, device chat.DeviceID, after chat.Spot, limit, unreadCap int) ([]chat.ConvRow, error) {
	return a.cold.RecentConversations(ctx, user, device, after, limit, unreadCap)
}

// archiveStorage opens where the archive's files go, nil for nowhere.
func (c *Config) archiveStorage() (blobs.Storage, error) {
	if c.ArchiveTo == "" {
		return nil, nil //nolint:nilnil // no archive is no error
	}
	s, err := blobs.Open(c.ArchiveTo)
	if err != nil {
		return nil, fmt.Errorf("archive-to: %w", err)
	}
	return s, nil
}

// startArchive moves old messages, now and every hour, if that is configured, and removes
// files that nothing refers to any more.
func (s *Server) startArchive(context.Context) (func(context.Context) error, error) {
	if s.archiver.Storage == nil {
		return func(context.Context) error { return nil }, nil
	}
	return s.every(archiveEvery, s.archiveOld), nil
}

func (s *Server) archiveOld(ctx context.Context) {
	var done archive.Progress
	var err error
	now, ok := s.believedNow(ctx)
	if !ok {
		return // Tidy judges files by their age, too
	}
	if s.cfg.ArchiveAfter != 0 {
		done, err = s.archiver.Run(ctx, now.Add(-time.Duration(s.cfg.ArchiveAfter)), archiveLeast, nil)
	}
	if err == nil {
		_, err = s.archiver.EmptyRecalled(ctx)
	}
	if err == nil {
		_, err = s.archiver.Tidy(ctx)
	}
	switch {
	case ctx.Err() != nil || err != nil && chat.AsError(err).Code == wire.Busy: // another node does it, or an operator
	case err != nil:
		s.log.Error("archiving has stopped; it continues from there in an hour", "error", err, "moved", done.Messages)
	case done.Messages > 0:
		s.log.Info("archived", "messages", done.Messages, "segments", done.Segments, "bytes", done.Bytes)
	}
}

// ArchiveProgress is how far an order is.
type ArchiveProgress = archive.Progress

// ArchiveOrder says what `parley archive` wants.
type ArchiveOrder struct {
	Do           string    `json:"do"` // run, list, verify, export, restore or erase
	Before       time.Time `json:"before,omitzero"`
	User         string    `json:"user,omitempty"`
	Group        int64     `json:"group,omitempty"`
	Conversation int64     `json:"conversation,omitempty"`
	From         int64     `json:"from,omitempty"`
}

// ArchiveEvent is one thing that comes of it; exactly one field is set.
type ArchiveEvent struct {
	Progress *archive.Progress `json:"progress,omitempty"`
	Held     *archive.Held     `json:"held,omitempty"`
	Finding  *archive.Finding  `json:"finding,omitempty"`
	Line     *archive.Line     `json:"line,omitempty"`
	Done     *archive.Progress `json:"done,omitempty"`
	Error    string            `json:"error,omitempty"`
}

// obey does what an order says and tells what comes of it.
func (o *ArchiveOrder) obey(ctx context.Context, a *archive.Archiver, tell func(ArchiveEvent) error) error {
	progress := func(p archive.Progress) { _ = tell(ArchiveEvent{Progress: &p}) } // who has hung up ends ctx
	switch o.Do {
	case "run":
		done, err := a.Run(ctx, o.Before, 1, progress)
		if err == nil {
			_, err = a.EmptyRecalled(ctx)
		}
		if err == nil {
			_, err = a.Tidy(ctx)
		}
		return errors.Join(err, tell(ArchiveEvent{Done: &done}))
	case "list":
		return a.List(ctx, func(h archive.Held) error { return tell(ArchiveEvent{Held: &h}) })
	case "verify":
		return a.Verify(ctx, func(f archive.Finding) error { return tell(ArchiveEvent{Finding: &f}) })
	case "restore":
		conv, err := o.conversation(ctx, a)
		if err != nil {
			return err
		}
		n, err := a.Restore(ctx, conv, o.From, progress)
		return errors.Join(err, tell(ArchiveEvent{Done: &archive.Progress{Step: "restored", Messages: n}}))
	case "export":
		return o.export(ctx, a, func(l archive.Line) error { return tell(ArchiveEvent{Line: &l}) })
	}
	if o.Do == "erase" {
		user, err := o.user(ctx, a)
		if err != nil {
			return err
		}
		n, err := a.Erase(ctx, user, progress)
		return errors.Join(err, tell(ArchiveEvent{Done: &archive.Progress{Step: "erased", Messages: n}}))
	}
	return fmt.Errorf("there is no order %q; is this another version?", o.Do)
}

func (o *ArchiveOrder) conversation(ctx context.Context, a *archive.Archiver) (chat.ConvID, error) {
	if o.Group != 0 {
		return a.GroupConversation(ctx, chat.GroupID(o.Group))
	}
	return chat.ConvID(o.Conversation), nil
}

func (o *ArchiveOrder) export(ctx context.Context, a *archive.Archiver, each func(archive.Line) error) error {
	if o.User == "" {
		conv, err := o.conversation(ctx, a)
		if err != nil {
			return err
		}
		return a.ExportConversation(ctx, conv, each)
	}
	user, err := o.user(ctx, a)
	if err != nil {
		return err
	}
	return a.ExportUser(ctx, user, each)
}

func (o *ArchiveOrder) user(ctx context.Context, a *archive.Archiver) (chat.UserID, error) {
	key, ok := chat.FindKey(o.User)
	if !ok {
		return 0, fmt.Errorf("there is no user %s", o.User)
	}
	acc, err := a.Store.AccountByKey(ctx, key)
	if err != nil && chat.AsError(err).Code == wire.NoSuchUser {
		err = fmt.Errorf("there is no user %s", o.User)
	}
	return acc.ID, err
}

// archiveHandler streams events, one JSON object a line.
func (c *control) archiveHandler(w http.ResponseWriter, r *http.Request) {
	var o ArchiveOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&o); err != nil {
		writeJSON(w, http.StatusBadRequest, failure{"the order cannot be read; is this another version?"})
		return
	}
	entry := audited(r)
	entry.do, entry.account = o.Do, o.User
	out := http.NewResponseController(w)
	_ = errors.Join(out.SetWriteDeadline(time.Time{}), out.SetReadDeadline(time.Time{})) // it may take long
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines := json.NewEncoder(w)
	var flushed time.Time
	tell := func(e ArchiveEvent) error {
		if err := lines.Encode(e); err != nil {
			return err
		}
		if time.Since(flushed) > 100*time.Millisecond || e.Done != nil || e.Error != "" {
			flushed = time.Now()
			return out.Flush()
		}
		return nil
	}
	if err := o.obey(r.Context(), c.archiver, tell); err != nil {
		entry.failed = true
		_ = tell(ArchiveEvent{Error: operatorText(err)}) // it has hung up
	}
}

// operatorText is an error for who runs the server, with its causes.
func operatorText(err error) string {
	var e *chat.Error
	if errors.As(err, &e) && e.Cause == nil && e.Info != "" {
		return e.Info
	}
	return err.Error()
}

// Archive does an order on the server that runs on a data folder, or, if none does, on
// the embedded database itself.
func Archive(ctx context.Context, cfg Config, o ArchiveOrder, tell func(ArchiveEvent) error) error {
	err := NewOperator(cfg.Data).Archive(ctx, o, tell)
	if !errors.Is(err, errNoServer) {
		return err
	}
	if cfg.clustered() {
		return fmt.Errorf("%w; with a database server, the archive is worked on by a running node", err)
	}
	return archiveAlone(ctx, cfg, o, tell)
}

func archiveAlone(ctx context.Context, cfg Config, o ArchiveOrder, tell func(ArchiveEvent) error) error {
	if _, err := cfg.embedded("", ""); err != nil {
		return err
	}
	lock, err := lockData(cfg.Data)
	if err != nil {
		return err
	}
	defer lock.release() //nolint:errcheck // it ends with the process at the latest
	url, err := cfg.database()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	s := &Server{cfg: cfg, clock: chat.SystemClock{}, log: newLog(&cfg, discard{}, chat.SystemClock{}), metrics: newMetrics(), ready: newReadiness(chat.SystemClock{})}
	err = s.openArchive(st)
	if err == nil {
		err = o.obey(ctx, s.archiver, tell)
	}
	return errors.Join(err, st.Close())
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// errNoServer is why an operator reaches nobody.
var errNoServer = errors.New("no server runs there")

// Archive does an order and tells what comes of it.
func (o *Operator) Archive(ctx context.Context, order ArchiveOrder, tell func(ArchiveEvent) error) error {
	body, err := json.Marshal(order)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://parley/v1/archive", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	patient := *o.client
	patient.Timeout = 0
	resp, err := patient.Do(req)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || platform.IsRefused(err) {
			return fmt.Errorf("%w (%w)", errNoServer, o.unreachable(err))
		}
		return o.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server on %s answered %s; is it another version?", o.dir, resp.Status)
	}
	for lines := json.NewDecoder(resp.Body); lines.More(); {
		var e ArchiveEvent
		if err := lines.Decode(&e); err != nil {
			return fmt.Errorf("the server on %s broke off its answer: %w", o.dir, err)
		}
		if e.Error != "" {
			return errors.New(e.Error)
		}
		if err := tell(e); err != nil {
			return err
		}
	}
	return ctx.Err()
}
