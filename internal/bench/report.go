package bench

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"parley/wire"
)

// Report is the outcome of a run.
//
// Sent, Acked and Delivered count the messages sent in the measured time (after the
// warm-up), whenever their ack came and whenever they were displayed; own messages,
// which their sender displays too, do not count as delivered. The figures a second
// count what came within the measured time. Of presence, Sent are comings and goings,
// Acked those that the server confirmed, and Delivered the notices that watchers got.
type Report struct {
	Workload  string  `json:"workload"`
	Seconds   float64 `json:"seconds"`
	Sent      int64   `json:"sent"`
	Acked     int64   `json:"acked"`
	AckedPS   float64 `json:"acked_per_s"`
	Delivered int64   `json:"delivered"`
	// DeliveredPS of offline is over the time from the logins to the last display.
	DeliveredPS float64 `json:"delivered_per_s"`
	Ack         Latency `json:"ack_ms"`
	E2E         Latency `json:"e2e_ms"`

	Faults

	Reconnects int64 `json:"reconnects"`
	// Errors by the server's code ("25"), a goodbye's ("goodbye_1000"), or a word for
	// what is not the server's ("connection").
	Errors map[string]int64 `json:"errors"`

	Verified    bool     `json:"-"` // whether there was an account of every message
	Connections int      `json:"-"` // users with a live connection at the end of the load
	Stored      int64    `json:"-"` // messages of this run found in the logs
	Findings    []string `json:"-"` // the first faults, in words
}

// Latency has quantiles in milliseconds.
type Latency struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

// Faults count broken promises, of warm-up and measured time together. All but GivenUp
// are looked for with Options.Verify only.
type Faults struct {
	// Lost: acked, and not in the log where the ack said; or in the log, and not
	// displayed, once for each user who should have. A hole in a log counts too. Of
	// presence: a friend who at the end is shown in the wrong state.
	Lost int64 `json:"lost"`
	// Duplicated: displayed again by the same user, or stored again.
	Duplicated int64 `json:"duplicated"`
	// Misordered: displayed after a later one, or in another place than the ack, the
	// log, or another user has it in.
	Misordered int64 `json:"misordered"`
	// GivenUp: gaps that a client gave up.
	GivenUp int64 `json:"given_up"`
}

// Clean reports whether no promise was broken.
func (f Faults) Clean() bool { return f == Faults{} }

// JSON is the report as one line.
func (r *Report) JSON() string {
	if r.Errors == nil {
		r.Errors = map[string]int64{}
	}
	line, err := json.Marshal(r)
	if err != nil { // a figure that is no number
		panic("bench: a report cannot be written: " + err.Error())
	}
	return string(line)
}

// Text is the report for people.
func (r *Report) Text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	line("workload", "%s, measured for %.1f s, %d users connected at the end", r.Workload, r.Seconds, r.Connections)
	if r.Workload != Idle {
		line("sent", "%d", r.Sent)
		line("acked", "%d, %.0f a second", r.Acked, r.AckedPS)
		line("delivered", "%d, %.0f a second", r.Delivered, r.DeliveredPS)
		line("ack ms", "%s", r.Ack)
		line("e2e ms", "%s", r.E2E)
	}
	line("reconnects", "%d", r.Reconnects)
	for _, code := range slices.Sorted(maps.Keys(r.Errors)) {
		line("error", "%s: %d", nameOf(code), r.Errors[code])
	}
	if !r.Verified {
		line("account", "not kept (--verify keeps it); %d gaps given up", r.GivenUp)
		return b.String()
	}
	line("account", "%d lost, %d duplicated, %d misordered, %d gaps given up; %d stored in the logs",
		r.Lost, r.Duplicated, r.Misordered, r.GivenUp, r.Stored)
	for _, f := range r.Findings {
		line("fault", "%s", f)
	}
	return b.String()
}

// String has the quantiles in one line.
func (l Latency) String() string {
	return fmt.Sprintf("p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f", l.P50, l.P90, l.P99, l.P999, l.Max)
}

// nameOf adds a code's name to its number.
func nameOf(code string) string {
	if n, err := strconv.Atoi(code); err == nil {
		return code + " " + wire.Code(n).Name()
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(code, "goodbye_")); err == nil {
		return code + " " + wire.GoodbyeCode(n).Name()
	}
	return code
}
