package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"parley/internal/platform"
)

// maxHealth is how many bytes of an answer are read: a server has a handful of reasons.
const maxHealth = 64 << 10

// Health is what a server says of itself on /readyz.
type Health struct {
	Ready   bool     `json:"ready"`
	Reasons []Reason `json:"reasons"`
}

// String is one line: ready or not, and every reason.
func (h Health) String() string {
	said := "ready"
	if !h.Ready {
		said = "not ready"
	}
	parts := make([]string, len(h.Reasons))
	for i, r := range h.Reasons {
		if r.Degraded {
			parts[i] = "degraded: "
		}
		parts[i] += r.What + ": " + r.Why
	}
	if len(parts) > 0 {
		said += ": " + strings.Join(parts, "; ")
	}
	return said
}

// AskHealth asks the server with that admin address how it is, and waits until ctx ends.
// An address that a server listens on will do: one that stands for all of a machine's is
// asked on this machine. The error says why there was no answer to believe; a server that
// answers that it is not ready is none.
func AskHealth(ctx context.Context, addr string) (Health, error) {
	host, err := reachable(addr)
	if err != nil {
		return Health{}, err
	}
	status, body, err := askHealth(ctx, host)
	if err != nil {
		return Health{}, noAnswer(ctx, host, err)
	}
	var h Health
	if err := json.Unmarshal(body, &h); err != nil || h.Ready != (status == http.StatusOK) {
		return Health{}, fmt.Errorf("what answers on %s is no parley server (%d %s); name the server's admin address with --admin", host, status, http.StatusText(status))
	}
	return h, nil
}

func askHealth(ctx context.Context, host string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+host+"/readyz", http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Accept", "application/json")
	// No proxy: a variable meant for the way to the internet must not lead a check there.
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() // read as far as it is wanted
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxHealth))
	return resp.StatusCode, body, err
}

// reachable turns an address to listen on into one to connect to.
func reachable(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "" || port == "0" {
		return "", fmt.Errorf("%q is no HOST:PORT of a running server; write for example 127.0.0.1:8081, or :8081 for this machine", addr)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

func noAnswer(ctx context.Context, host string, err error) error {
	switch {
	case platform.IsRefused(err):
		return fmt.Errorf("nothing listens on %s; start the server, or name its admin address with --admin", host)
	case ctx.Err() != nil:
		return fmt.Errorf("the server on %s gave no answer in time; its log says what it waits for, --timeout waits longer", host)
	default:
		return fmt.Errorf("cannot ask the server on %s: %w", host, err)
	}
}
