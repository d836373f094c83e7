package bench

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"strings"
	"sync/atomic"

	"parley/client"
)

// route is the servers that one user's connections go to, one after another.
type route struct {
	server    string // for client.Options.Server: it says how to talk
	addresses []string
	next      atomic.Int64
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// routeFor begins at the user's own server and goes on to the others that are talked
// to in the same way: the SDK frames by what Options.Server says.
func routeFor(servers []string, user int) *route {
	own := user % len(servers)
	r := &route{server: servers[own], dial: new(net.Dialer).DialContext}
	kind, _ := placeOf(servers[own])
	for i := range servers {
		k, address := placeOf(servers[(own+i)%len(servers)])
		if k == kind {
			r.addresses = append(r.addresses, address)
		}
	}
	return r
}

// placeOf takes an address that the SDK has accepted apart: scheme and path, and
// host:port.
func placeOf(server string) (kind, address string) {
	if !strings.Contains(server, "://") {
		server = "tcp://" + server
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", server
	}
	port := map[string]string{"tcp": "6000", "tls": "6000", "ws": "80", "wss": "443"}[u.Scheme]
	kind = u.Scheme
	if u.Scheme == "ws" || u.Scheme == "wss" {
		kind += " " + cmp.Or(strings.Trim(u.Path, "/"), "ws")
	}
	return kind, net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port))
}

// Dial connects to the next server. The address that the SDK asks for is that of the
// first.
func (r *route) Dial(ctx context.Context, network, _ string) (net.Conn, error) {
	n := r.next.Add(1) - 1
	return r.dial(ctx, network, r.addresses[n%int64(len(r.addresses))])
}

// apply makes connections with these options take the route.
func (r *route) apply(o *client.Options) {
	if o.Dialer != nil {
		r.dial = o.Dialer
	}
	o.Server, o.Dialer = r.server, r.Dial
}
