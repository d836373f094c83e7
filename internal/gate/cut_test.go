package gate

import (
	"context"
	"testing"
	"time"

	"parley/internal/chat"
)

// TestReadsEndWithWhoAsked: a page of history that the store does not finish ends with the
// connection, with the session, and with the time of a request.
func TestReadsEndWithWhoAsked(t *testing.T) {
	for name, end := range map[string]func(n *node, w *wireTap){
		"the connection is closed":    func(_ *node, w *wireTap) { w.Cut() }, // as a Link does then
		"another login takes it over": func(n *node, _ *wireTap) { n.dial().login("ann", "phone") },
		"the time is over":            nil,
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, func(o *HandlerOptions, _ *chat.ServiceOptions) { o.RequestTime = 20 * time.Second })
			n.person("bob", "phone")
			w := n.person("ann", "phone")
			w.send(`{"msgid":4,"to":1,"msg":"hi"}`)
			w.want(`{"msgid":10,"erron":0}`)
			begun, ended := make(chan struct{}), make(chan struct{})
			page := func(ctx context.Context) error {
				close(begun)
				<-ctx.Done()
				return context.Cause(ctx)
			}
			n.store.page.Store(&page)
			if end == nil {
				n.RequestTime = 10 * time.Millisecond
			}
			go func() {
				w.send(`{"msgid":19,"with":1}`)
				close(ended)
			}()
			if end == nil {
				w.want(`{"msgid":10,"re":19,"erron":26,"errinfo":"this took too long and was given up: try again"}`)
			} else {
				within(t, begun)
				end(n, w)
			}
			within(t, ended)
		})
	}
}

// A link cuts off what is read for its client when it is closed from here, also when that was
// before there was anything to cut off.
func TestLinkCutsOff(t *testing.T) {
	g := newTestGate(t, Options{})
	_, w := g.dial()
	ctx, cancel := context.WithCancel(t.Context())
	w.link.CutWith(cancel)
	w.link.CutWith(nil)
	w.link.Cut()
	if ctx.Err() != nil {
		t.Fatal("what has ended was cut off")
	}
	w.link.CutWith(cancel)
	w.link.Close()
	within(t, ctx.Done())
	late, cancel := context.WithCancel(t.Context())
	w.link.CutWith(cancel)
	within(t, late.Done())
}
