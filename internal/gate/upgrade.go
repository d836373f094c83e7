package gate

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/gobwas/ws"

	"parley/wire"
)

// HandleWebSocket takes the connection of an HTTP request over: it checks where the
// page came from, shakes hands and goes on in a goroutine of its own, so that
// nothing of the HTTP server stays behind. Refusals are HTTP answers.
func (g *Gate) HandleWebSocket(w http.ResponseWriter, r *http.Request) {
	if !g.originAllowed(r) {
		g.opts.Metrics.BadOrigin.Add(1)
		http.Error(w, "pages of this origin may not connect here; the operator can allow it", http.StatusForbidden)
		return
	}
	conn, rw, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		if conn != nil {
			_ = conn.Close() // the refusal is written
		}
		return
	}
	var first []byte
	if n := rw.Reader.Buffered(); n > 0 {
		held, _ := rw.Reader.Peek(n) // all of it is buffered
		first = bytes.Clone(held)
	}
	client, secure := g.forwarded(conn, r)
	g.serve(client, wire.WebSocket, secure, first)
}

// originAllowed reports whether the page that asks, if it is a page, may connect.
func (g *Gate) originAllowed(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return true // not a browser
	}
	if len(values) > 1 {
		return false
	}
	if g.origins["*"] || g.origins[normalOrigin(values[0])] {
		return true
	}
	u, err := url.Parse(values[0])
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
