package test

import (
	"bytes"
	"encoding/json"

	"parley/wire/seal"
)

// sealedPerson is what a person has besides on a sealed connection. What is sealed is a
// stream: a piece may hold several frames, or a part of one.
type sealedPerson struct {
	sealer *seal.Sealer
	opener *seal.Opener
	seen   *coverage
	stream []byte // opened, and not looked at yet
}

// seal makes the handshake on a connection on which nothing was said.
func (d *dialogue) seal(p *person) {
	d.t.Helper()
	shake := seal.NewClient("")
	p.send(d, string(shake.PublicKey()))
	exchange, sealer, opener, err := shake.KeyExchange(d.handshake(p))
	if err != nil {
		d.fatal("%v", err)
	}
	p.send(d, string(exchange))
	d.seen.note(map[string]any{"msgid": json.Number("21")})
	d.seen.note(map[string]any{"msgid": json.Number("23")})
	p.sealed = &sealedPerson{sealer: sealer, opener: opener, seen: d.seen}
	d.expectNext(p, map[string]any{"msgid": json.Number("24"), "…": true})
}

func (d *dialogue) handshake(p *person) []byte {
	d.t.Helper()
	raw, ok := p.next()
	if !ok {
		d.fatal("the connection ended (%v) in the handshake", p.err)
	}
	frame, err := parseFrame(raw)
	if err != nil {
		d.fatal("the server sent %q: %v", raw, err)
	}
	d.seen.note(frame)
	return bytes.Clone(raw)
}

func (s *sealedPerson) next(p *person) (frame []byte, ok bool) {
	for {
		if line, rest, whole := bytes.Cut(s.stream, []byte("\n")); whole {
			s.stream = rest
			return line, true
		}
		raw, ok := p.nextOpen()
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
