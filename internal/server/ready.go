package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/cluster"
	"parley/wire"
)

// Reason is why a server is not ready, or not at its best.
type Reason struct {
	// Degraded: it serves all the same.
	Degraded bool   `json:"degraded"`
	What     string `json:"what"` // starting, draining, database, fenced, bus, archive, log, clock or disk
	Why      string `json:"why"`
}

const (
	pingEvery   = time.Second     // an answer of the database is believed for so long
	pingTimeout = 2 * time.Second // and waited for so long
	pingGrace   = 5 * time.Second // without the database for so long is not ready

	waitSlow = 2 * time.Second  // a message that has waited for so long is told of
	waitStop = 5 * time.Second  // and for so long, while none is stored, is not ready
	waitTold = 10 * time.Second // messages that were stored late are told of for so long

	fullReason = "store full"     // of store.Metrics.Refused
	fullFresh  = 10 * time.Second // a refusal for want of room counts for so long
)

type stage int32

const (
	starting stage = iota
	serving
	draining // serves, and tells the load balancer to send nobody any more
	stopping
)

// readiness answers /readyz. The database is asked only when somebody wants to know.
type readiness struct {
	clock chat.Clock
	stage atomic.Int32

	mu      sync.Mutex // held while the database is asked: one question at a time
	ping    func(context.Context) error
	asked   time.Time
	lastOK  time.Time
	lastErr error
	pinging chan error // of a question that the database has not answered yet; nil for none

	cluster atomic.Pointer[func() cluster.State] // nil: the server is alone

	archive atomic.Pointer[func() string] // nil: there is none

	appends appendHealth

	alsoMu sync.Mutex
	also   []worry // only ever added to

	fullMu    sync.Mutex
	fullSince time.Time // the first of the refusals for want of room; zero: none
	fullLast  time.Time // the last of them
}

func newReadiness(clock chat.Clock) *readiness {
	return &readiness{clock: clock, appends: appendHealth{clock: clock}}
}

func (r *readiness) enter(s stage) { r.stage.Store(int32(s)) }

func (r *readiness) in() stage { return stage(r.stage.Load()) }

func (r *readiness) watch(ping func(context.Context) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ping = ping
}

// refused is told of messages that were not stored. The small row of a ping may still
// find room on a disk that is too full for messages.
func (r *readiness) refused(reason string) {
	if reason != fullReason {
		return
	}
	now := r.clock.Now()
	r.fullMu.Lock()
	defer r.fullMu.Unlock()
	if r.fullSince.IsZero() || now.Sub(r.fullLast) >= fullFresh {
		r.fullSince = now
	}
	r.fullLast = now
}

// stored is told of messages that were.
func (r *readiness) stored() {
	r.appends.stored()
	r.fullMu.Lock()
	defer r.fullMu.Unlock()
	r.fullSince = time.Time{}
}

// full tells of messages that were refused lately for want of room, if none was
// stored since.
func (r *readiness) full() *Reason {
	now := r.clock.Now()
	r.fullMu.Lock()
	defer r.fullMu.Unlock()
	if r.fullSince.IsZero() || now.Sub(r.fullLast) >= fullFresh {
		return nil
	}
	return &Reason{
		What: "database", Why: wire.StoreFull.Text(),
		Degraded: now.Sub(r.fullSince) < pingGrace,
	}
}

// reasons lists what there is to say; ready is whether traffic should come here.
func (r *readiness) reasons(ctx context.Context) (ready bool, all []Reason) {
	switch r.in() {
	case starting:
		all = append(all, Reason{What: "starting", Why: "the server has not finished starting"})
	case draining, stopping:
		all = append(all, Reason{What: "draining", Why: "the server is stopping"})
	case serving:
		all = append(all, r.storage(ctx)...)
		all = append(all, r.place()...)
		if f := r.archive.Load(); f != nil {
			if why := (*f)(); why != "" {
				all = append(all, Reason{What: "archive", Why: why, Degraded: true})
			}
		}
		all = append(all, r.worries()...)
	}
	for _, reason := range all {
		if !reason.Degraded {
			return false, all
		}
	}
	return true, all
}

// storage is what there is to say of the database: what it answers when it is asked, and
// how messages fare. One that does not answer while it stores messages serves all the same:
// it may have no connection left for a question.
func (r *readiness) storage(ctx context.Context) (all []Reason) {
	db := r.database(ctx)
	if db != nil && !db.Degraded && r.appends.storesNow() {
		db.Degraded = true
		db.Why = "messages are stored, but other requests are not answered: see the log, and whether the database has enough connections (" + db.Why + ")"
	}
	if db == nil {
		db = r.full()
	}
	for _, reason := range []*Reason{db, r.appends.trouble()} {
		if reason != nil {
			all = append(all, *reason)
		}
	}
	return all
}

// pingInTime asks the database and waits no longer than pingTimeout for the answer. One
// question is open at a time: a database that does not answer is not asked again. The
// caller holds r.mu.
func (r *readiness) pingInTime(ctx context.Context) error {
	if r.pinging == nil {
		answer, ping := make(chan error, 1), r.ping
		r.pinging = answer
		go func() { // ends with the question, which the store bounds
			ctx, cancel := context.WithTimeout(ctx, pingTimeout)
			defer cancel()
			answer <- ping(ctx)
		}()
	}
	late, cancel := chat.After(r.clock, pingTimeout)
	defer cancel()
	select {
	case err := <-r.pinging:
		r.pinging = nil
		return err
	case <-late:
		return chat.E(wire.Unavailable)
	}
}

func (r *readiness) watchCluster(state func() cluster.State) { r.cluster.Store(&state) }

// watchArchive has trouble told what there is of it with old messages, "" for none.
func (r *readiness) watchArchive(trouble func() string) { r.archive.Store(&trouble) }

// worry is something that an operator should hear of while the server serves all the same.
type worry struct {
	what string
	why  func() string // "" for nothing to say
}

// watchAlso has one more worry told, as degraded.
func (r *readiness) watchAlso(what string, why func() string) {
	r.alsoMu.Lock()
	defer r.alsoMu.Unlock()
	r.also = append(r.also, worry{what, why})
}

func (r *readiness) worries() (all []Reason) {
	r.alsoMu.Lock()
	also := r.also
	r.alsoMu.Unlock()
	for _, w := range also {
		if why := w.why(); why != "" {
			all = append(all, Reason{What: w.what, Why: why, Degraded: true})
		}
	}
	return all
}

// place is what there is to say of the node's place in the cluster. A lease that has run
// out while the database is away for everybody is the database's matter.
func (r *readiness) place() (all []Reason) {
	f := r.cluster.Load()
	if f == nil {
		return nil
	}
	s := (*f)()
	switch {
	case s.Node == 0:
		all = append(all, Reason{What: "fenced", Why: "this node has lost its lease and starts again"})
	case s.Expired:
		all = append(all, Reason{What: "fenced", Why: "the lease could not be renewed in time"})
	}
	if s.Trouble != nil {
		all = append(all, Reason{What: "bus", Why: s.Trouble.Error(), Degraded: true})
	}
	return all
}

func (r *readiness) database(ctx context.Context) *Reason {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if r.asked.IsZero() || now.Sub(r.asked) >= pingEvery {
		// Whoever asked may hang up; the answer is kept for the others.
		r.lastErr = r.pingInTime(context.WithoutCancel(ctx))
		r.asked = r.clock.Now()
		if r.lastErr == nil {
			r.lastOK = r.asked
		}
	}
	if r.lastErr == nil {
		return nil
	}
	// What went wrong inside stays in the log; the code's text may be told.
	e := chat.AsError(r.lastErr)
	return &Reason{
		What:     "database",
		Why:      e.Code.Text(),
		Degraded: !r.lastOK.IsZero() && now.Sub(r.lastOK) < pingGrace,
	}
}

// ServeHTTP is /readyz: 200 or 503, a line for each reason, or JSON where the client
// accepts it.
func (r *readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ready, reasons := r.reasons(req.Context())
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(req.Header.Get("Accept"), "application/json") {
		if reasons == nil {
			reasons = []Reason{}
		}
		writeJSON(w, status, Health{ready, reasons})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if ready {
		fmt.Fprintln(w, "ready")
	} else {
		fmt.Fprintln(w, "not ready")
	}
	for _, reason := range reasons {
		if reason.Degraded {
			fmt.Fprint(w, "degraded: ")
		}
		fmt.Fprintf(w, "%s: %s\n", reason.What, reason.Why)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has gone: nobody is left to tell
}
