package server

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"parley/internal/archive"
	"parley/internal/bus"
	"parley/internal/chat"
	"parley/internal/gate"
	"parley/internal/hub"
	"parley/internal/store"
	"parley/wire"
)

// metrics is what /metrics shows. The rooms count with plain atomics that are read
// when somebody asks; only a commit, of which there are few, moves histograms. So no
// frame pays for a label or an allocation.
type metrics struct {
	registry *prometheus.Registry

	conns       gate.ConnMetrics
	crowdedHTTP atomic.Int64
	frames      gate.HandlerMetrics

	appends     prometheus.Counter
	failed      prometheus.Counter
	batch       prometheus.Histogram
	commit      prometheus.Histogram
	waited      prometheus.Histogram
	refused     map[string]prometheus.Counter // by reason, all of them made beforehand
	unnamed     prometheus.Counter            // reasons that the table does not have
	retried     map[string]prometheus.Counter // by reason
	cutOff      prometheus.Counter
	checkpoints prometheus.Histogram
	fenced      prometheus.Counter
	redis       atomic.Pointer[bus.RedisCounts] // nil without Redis
}

// refusals are the reasons that the store gives; see store.Metrics.
var refusals = []string{
	"full queue", "session gone", "repeat", "out of step", "stale members",
	"row", "store full", "busy", "unavailable", "no conversation", "key reused", "account closed",
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		appends:  prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_appends_total", Help: "Messages committed to the database."}),
		failed:   prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_commits_failed_total", Help: "Transactions that were not committed."}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_batch_messages", Help: "Messages in one committed transaction that has any.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 12),
		}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_commit_seconds", Help: "Time from the begin of a transaction to its end.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_append_seconds", Help: "Time from the arrival of a message in the store until it is committed: the first of each transaction.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 18),
		}),
		refused: map[string]prometheus.Counter{},
		checkpoints: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_checkpoint_seconds", Help: "Time to fold the write-ahead log into the database.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}),
	}
	m.fenced = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_leases_lost_total", Help: "Times that this node lost its place in the cluster and began anew.",
	})
	for _, c := range []struct {
		name, help string
		of         func(*bus.RedisCounts) *atomic.Int64
	}{
		{"published", "Notices published over Redis.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Published }},
		{"received", "Notices of other nodes that came over Redis.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Received }},
		{"dropped", "Notices that could not be published; the comparison with the database tells what they would have.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Dropped }},
		{"lost", "Times that notices of others may have been missed, and everything was compared with the database.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Lost }},
		{"unreadable", "Notices that this version could not read: another one runs beside it, or somebody else uses the channels.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Unreadable }},
		{"connects", "Connections made to Redis to subscribe.", func(r *bus.RedisCounts) *atomic.Int64 { return &r.Connects }},
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Name: "parley_bus_" + c.name + "_total", Help: c.help},
			func() float64 {
				if r := m.redis.Load(); r != nil {
					return float64(c.of(r).Load())
				}
				return 0
			}))
	}
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_appends_refused_total", Help: "Messages that were not stored, by reason.",
	}, []string{"reason"})
	for _, reason := range refusals {
		m.refused[reason] = refused.WithLabelValues(reason)
	}
	m.unnamed = refused.WithLabelValues("other")
	m.cutOff = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "parley_store_reads_cut_off_total",
		Help: "Reads that may be long and were ended before they were done: their client was gone, or they took too long.",
	})
	retried := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_store_retries_total", Help: "Transactions and reads that failed, changed nothing and were begun anew, by reason: conflict, lock or connection.",
	}, []string{"reason"})
	m.retried = map[string]prometheus.Counter{}
	for _, reason := range []string{"conflict", "lock", "connection"} {
		m.retried[reason] = retried.WithLabelValues(reason)
	}
	v := Version()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "parley_build_info", Help: "1, with what was built as labels.",
		ConstLabels: prometheus.Labels{"version": v.Version, "revision": v.Revision, "go": v.Go},
	})
	build.Set(1)
	m.registry.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		build, m.appends, m.failed, m.batch, m.commit, m.waited, refused, retried, m.cutOff, m.checkpoints, m.fenced,
	)
	return m
}

// storeHooks is what the store tells; readiness learns from it too.
func (m *metrics) storeHooks(r *readiness) *store.Metrics {
	return &store.Metrics{
		Commit: func(appends, _ int, seconds float64, ok bool) {
			m.commit.Observe(seconds)
			if !ok {
				m.failed.Inc()
				return
			}
			if appends > 0 {
				r.stored()
				m.appends.Add(float64(appends))
				m.batch.Observe(float64(appends))
			}
		},
		Refused: func(reason string, n int) {
			r.refused(reason)
			c, ok := m.refused[reason]
			if !ok {
				c = m.unnamed
			}
			c.Add(float64(n))
		},
		Waited: func(seconds float64) {
			m.waited.Observe(seconds)
			r.appends.waited(time.Duration(seconds * float64(time.Second)))
		},
		Retried: func(reason string) {
			if c, ok := m.retried[reason]; ok {
				c.Inc()
			}
		},
		CutOff:     m.cutOff.Inc,
		Checkpoint: func(_ int, seconds float64) { m.checkpoints.Observe(seconds) },
	}
}

func (m *metrics) watchRedis(c *bus.RedisCounts) { m.redis.Store(c) }

func (m *metrics) counter(name, help string, v *atomic.Int64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(
		prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(v.Load()) }))
}

func (m *metrics) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// watchStore shows the store's queue.
func (m *metrics) watchStore(s *store.Store) {
	m.gauge("parley_store_queue", "Appends and other writes that wait for the committer.",
		func() float64 { return float64(s.QueueLength()) })
	m.gauge("parley_log_bytes", "Length of the log beside the embedded database; 0 on a database server.",
		func() float64 { return float64(s.LogBytes()) })
	m.gauge("parley_append_oldest_seconds", "How long the oldest message has been waiting that is not stored yet; 0 if none waits.",
		func() float64 { oldest, _ := s.Waiting(); return oldest.Seconds() })
	m.gauge("parley_appends_held", "Messages that wait for a row which another transaction of the database holds.",
		func() float64 { _, held := s.Waiting(); return float64(held) })
}

// watchHub shows what the hub holds and counts.
func (m *metrics) watchHub(h *hub.Hub) {
	m.registry.MustRegister(sizes{h})
	c := &h.Metrics
	m.counter("parley_deliveries_total", "Messages queued to sessions, live and catching up.", &c.Delivered)
	m.counter("parley_catch_ups_total", "Times that a session had to read the log of a conversation.", &c.CatchUps)
	m.counter("parley_fell_behind_total", "Of those, because its outbox was full.", &c.FellBehind)
	m.counter("parley_gap_fills_total", "Reads of the log by the node to fill a gap.", &c.GapFills)
	m.counter("parley_comparisons_total", "Times that the database was asked what changed lately.", &c.Comparisons)
	m.counter("parley_journal_reads_total", "Reads of a journal for notices that did not come.", &c.JournalReads)
	m.counter("parley_chat_acked_total", "Chat frames acked as stored.", &c.Acked)
	m.counter("parley_chat_refused_total", "Chat frames answered with an error.", &c.Refused)
	m.counter("parley_changes_total", "Changes of messages that were made: edits, recalls, reactions, pins and what withdraws them.", &c.Changes)
	m.counter("parley_state_reads_total", "Readings of what was done to messages, one for all sessions of this node that are told.", &c.StateReads)
	m.counter("parley_state_frames_total", "Frames that told sessions what was done to messages.", &c.StateFrames)
	m.counter("parley_states_missed_total", "Times that a session was told only that there are changes, because it reads slowly; its client asks for them.", &c.StatesMissed)
	m.counter("parley_receipts_told_total", "Times that it was told how far users of a conversation have come, to this node's sessions and the other nodes.", &c.ReceiptsTold)
	m.counter("parley_receipt_frames_total", "Frames that told it.", &c.ReceiptFrames)
	m.counter("parley_typing_total", "Times that it was told that somebody is writing.", &c.TypingTold)
	m.counter("parley_typing_dropped_total", "Times that it was not told: it came too often, the group has more than 200 members, or a session had too much to read.", &c.TypingDropped)
	m.counter("parley_chat_repeats_total", "Chat frames that were stored before.", &c.Repeats)
	m.counter("parley_cursor_writes_total", "Delivered cursors handed to the store.", &c.CursorWrites)
	m.counter("parley_bytes_refused_total", "Chat frames refused for now because their account had sent bytes-per-minute.", &c.OverBytes)
	m.counter("parley_scarce_refused_total", "Chat frames refused for now because the disk was nearly full and their account had sent scarce-bytes-per-minute.", &c.OverScarce)
	m.counter("parley_stranger_messages_total", "Direct messages of senders who were strangers to the other one when they were taken.", &c.ToStrangers)
	m.counter("parley_stranger_messages_refused_total", "Chat frames refused because their account had written to strangers-per-day, or sent them stranger-messages-per-day.", &c.OverStrangers)
}

// watchGate shows the connections.
func (m *metrics) watchGate(g *gate.Gate, h *hub.Hub) {
	m.gauge("parley_connections", "Open connections.", func() float64 { return float64(g.Conns()) })
	m.gauge("parley_connections_unauthenticated", "Of those, without a login.", func() float64 { return float64(g.Unauthenticated()) })
	m.gauge("parley_unfinished_bytes", "Bytes held of frames that have begun and not ended, but for short ones.", func() float64 { return float64(g.PartBytes()) })
	m.gauge("parley_outbox_bytes", "Bytes that wait in all outboxes.", func() float64 { return float64(g.QueuedBytes()) })
	m.watchFrames(h)
	c := &m.conns
	m.counter("parley_connections_accepted_total", "Connections that were let in.", &c.Accepted)
	m.counter("parley_connections_sealed_total", "Connections that were sealed.", &c.Sealed)
	m.counter("parley_accept_failures_total", "Failures to accept for want of files or memory.", &c.AcceptFails)
	m.registry.MustRegister(labelled{
		desc: prometheus.NewDesc("parley_connections_refused_total", "Connections turned away, by reason.", []string{"reason"}, nil),
		values: []labelledValue{
			{"crowded", &c.Crowded},
			{"crowded address", &c.CrowdedAddr},
			{"origin", &c.BadOrigin},
			{"proxy header", &c.BadProxy},
			{"seal rate", &c.SealRates},
			{"seal handshake", &c.SealFails},
		},
	}, labelled{
		desc: prometheus.NewDesc("parley_connections_closed_total", "Connections that the server closed, by reason.", []string{"reason"}, nil),
		values: []labelledValue{
			{"no login", &c.LoginLate},
			{"made room", &c.MadeRoom},
			{"made room on HTTP", &m.crowdedHTTP},
			{"made room for frames", &c.PartsCut},
			{"frame unfinished", &c.FrameLate},
			{"fault", &c.Faults},
			{"peer vanished", &c.Silent},
			{"slow reader", &c.Slow},
			{"not sealed", &c.Unsealed},
			{"abuse", &m.frames.Abusive},
		},
	})
}

// watchArchive shows what happens to old messages.
func (m *metrics) watchArchive(a *archive.Metrics) {
	m.counter("parley_archived_total", "Messages moved to segments.", &a.Moved)
	m.counter("parley_segments_written_total", "Segments written.", &a.Segments)
	m.counter("parley_segment_bytes_total", "Bytes of those.", &a.Bytes)
	m.counter("parley_cold_reads_total", "Pages of history and catching up read from segments.", &a.ColdReads)
	m.counter("parley_segment_fetches_total", "Segments read from their storage for that.", &a.Fetches)
	m.counter("parley_cold_read_failures_total", "Pages that could not be read: see parley archive verify.", &a.Failed)
	m.counter("parley_archive_failures_total", "Runs of archiving that stopped with an error.", &a.Failing)
}

// watchDisk shows how much room an embedded database has.
func (m *metrics) watchDisk(d *disk) {
	m.gauge("parley_disk_free_bytes", "Bytes free on the disk of the embedded database; 0 on a database server, without a disk-reserve, and where it cannot be seen.",
		func() float64 { return float64(d.free.Load()) })
	m.gauge("parley_disk_scarce", "1 while less than disk-reserve is free, otherwise 0.", func() float64 {
		if d.trouble.get() != "" {
			return 1
		}
		return 0
	})
}

// watchHashing shows those who wait for a password hash.
func (m *metrics) watchHashing(t *chat.Turns) {
	m.gauge("parley_hashes_waiting", "Logins and registrations that wait for a password hash.", func() float64 { return float64(t.Waiting()) })
	m.gauge("parley_hashes_promised", "Places kept for those who were told when to come back.", func() float64 { return float64(t.Promised()) })
	m.registry.MustRegister(prometheus.NewCounterFunc(
		prometheus.CounterOpts{Name: "parley_hashes_refused_total", Help: "Logins and registrations that were told to come back for their hash."},
		func() float64 { return float64(t.Refused()) }))
}

// watchDevices shows what the limits of devices did.
func (m *metrics) watchDevices(c *chat.DeviceCounts) {
	m.counter("parley_devices_forgotten_total", "Devices forgotten because their account had a newer one beyond max-devices.", &c.Forgotten)
	m.counter("parley_devices_refused_total", "Logins refused because the account had devices-per-day new devices.", &c.Refused)
}

// watchInvites shows what became of codes at registrations.
func (m *metrics) watchInvites(c *chat.InviteCounts) {
	m.counter("parley_registration_invites_used_total", "Accounts that were made with an invitation's code.", &c.Used)
	m.counter("parley_registration_invites_refused_total", "Registrations refused for want of a code, or because the code was not good.", &c.Refused)
}

// watchFrames shows what clients send and are refused.
func (m *metrics) watchFrames(h *hub.Hub) {
	m.registry.MustRegister(frames{&m.frames, h})
	m.counter("parley_frames_unreadable_total", "Frames that could not be decoded.", &m.frames.Unreadable)
	m.counter("parley_frames_unknown_total", "Frames that no handler is for.", &m.frames.Unknown)
	m.counter("parley_slowed_total", "Times that a client was over a rate.", &m.frames.Slowed)
	m.counter("parley_silent_total", "Sessions closed for want of a heartbeat.", &m.frames.Silent)
}

// frames shows the counts of gate and hub by msgid and by error code.
type frames struct {
	counts *gate.HandlerMetrics
	hub    *hub.Hub
}

var (
	framesDesc = prometheus.NewDesc("parley_frames_total", "Frames handled, by kind.", []string{"kind"}, nil)
	errorsDesc = prometheus.NewDesc("parley_errors_total", "Frames answered with an error, by code.", []string{"code"}, nil)
)

// Describe implements prometheus.Collector.
func (f frames) Describe(ch chan<- *prometheus.Desc) {
	ch <- framesDesc
	ch <- errorsDesc
}

// Collect implements prometheus.Collector.
func (f frames) Collect(ch chan<- prometheus.Metric) {
	for _, id := range wire.Msgids() {
		if id.IsRequest() {
			ch <- prometheus.MustNewConstMetric(framesDesc, prometheus.CounterValue, float64(f.counts.Frames(id)), id.Name())
		}
	}
	for code := wire.AlreadyOnline; code <= wire.LastCode; code++ {
		n := f.counts.Refusals(code) + f.hub.Metrics.Refusals(code)
		ch <- prometheus.MustNewConstMetric(errorsDesc, prometheus.CounterValue, float64(n), strconv.Itoa(int(code)))
	}
}

// sizes shows what a hub holds, counted once for all of it.
type sizes struct{ hub *hub.Hub }

var (
	sessionsDesc      = prometheus.NewDesc("parley_sessions", "Logged-in sessions.", nil, nil)
	usersDesc         = prometheus.NewDesc("parley_users_online", "Users with a session here.", nil, nil)
	conversationsDesc = prometheus.NewDesc("parley_conversations", "Conversations that sessions here are in.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s sizes) Describe(ch chan<- *prometheus.Desc) {
	ch <- sessionsDesc
	ch <- usersDesc
	ch <- conversationsDesc
}

// Collect implements prometheus.Collector.
func (s sizes) Collect(ch chan<- prometheus.Metric) {
	n := s.hub.Sizes()
	ch <- prometheus.MustNewConstMetric(sessionsDesc, prometheus.GaugeValue, float64(n.Sessions))
	ch <- prometheus.MustNewConstMetric(usersDesc, prometheus.GaugeValue, float64(n.Users))
	ch <- prometheus.MustNewConstMetric(conversationsDesc, prometheus.GaugeValue, float64(n.Conversations))
}

// labelled shows counters that differ in one label.
type labelled struct {
	desc   *prometheus.Desc
	values []labelledValue
}

type labelledValue struct {
	label string
	n     *atomic.Int64
}

// Describe implements prometheus.Collector.
func (l labelled) Describe(ch chan<- *prometheus.Desc) { ch <- l.desc }

// Collect implements prometheus.Collector.
func (l labelled) Collect(ch chan<- prometheus.Metric) {
	for _, v := range l.values {
		ch <- prometheus.MustNewConstMetric(l.desc, prometheus.CounterValue, float64(v.n.Load()), v.label)
	}
}
