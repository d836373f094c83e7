package dialogues

import (
	"bytes"
	"encoding/json"

	"parley/test/testkit"
	"parley/wire/seal"
)

// sealedPerson is what a person has besides on a sealed connection. What is sealed is a
// stream: a piece may hold several frames, or a part of one.
type sealedPerson struct {
	person *testkit.Person
	sealer *seal.Sealer
	opener *seal.Opener
	seen   *coverage
	stream []byte // opened, and not looked at yet
}

// seal makes the handshake on a connection on which nothing was said.
func (d *dialogue) seal(p *testkit.Person) {
	d.t.Helper()
	shake := seal.NewClient("")
	send(p, d, string(shake.PublicKey()))
	exchange, sealer, opener, err := shake.KeyExchange(d.handshake(p))
	if err != nil {
		d.fatal("%v", err)
	}
	send(p, d, string(exchange))
	d.seen.note(map[string]any{"msgid": json.Number("21")})
	d.seen.note(map[string]any{"msgid": json.Number("23")})
	p.Sealed = &sealedPerson{person: p, sealer: sealer, opener: opener, seen: d.seen}
	d.expectNext(p, map[string]any{"msgid": json.Number("24"), "…": true})
}

func (d *dialogue) handshake(p *testkit.Person) []byte {
	d.t.Helper()
	raw, ok := p.Next()
	if !ok {
		d.fatal("the connection ended (%v) in the handshake", p.Err)
	}
	frame, err := parseFrame(raw)
	if err != nil {
		d.fatal("the server sent %q: %v", raw, err)
	}
	d.seen.note(frame)
	return bytes.Clone(raw)
}

// Wrap seals a frame.
func (s *sealedPerson) Wrap(frame []byte) ([]byte, error) { return s.sealer.AppendFrame(nil, frame) }

// Next returns the next frame, opened.
func (s *sealedPerson) Next() (frame []byte, ok bool) {
	for {
		if line, rest, whole := bytes.Cut(s.stream, []byte("\n")); whole {
			s.stream = rest
			return line, true
		}
		raw, ok := s.person.NextOpen()
		if !ok {
			return nil, false
		}
		piece, err := s.opener.Open(nil, raw)
		if err != nil {
			return raw, true // a goodbye in the open, or what a test wants to see
		}
		s.seen.note(map[string]any{"msgid": json.Number("25")})
		s.stream = append(s.stream, piece...)
	}
}
