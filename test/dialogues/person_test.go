package dialogues

import (
	"parley/test/testkit"
)

func (d *dialogue) connect() *testkit.Person {
	d.t.Helper()
	p, err := testkit.Connect(d.server, d.framing)
	if err != nil {
		d.fatal("connecting: %v", err)
	}
	return p
}

func send(p *testkit.Person, d *dialogue, object string) {
	d.t.Helper()
	sendRaw(p, d, []byte(object))
}

func sendRaw(p *testkit.Person, d *dialogue, b []byte) {
	d.t.Helper()
	if err := p.Write(b); err != nil {
		d.fatal("sending: %v", err)
	}
}
