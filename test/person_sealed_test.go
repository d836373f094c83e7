package test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"parley/wire"
)

// sealedPerson is what a person has besides on a sealed connection. What is sealed is a
// stream: a piece may hold several frames, or a part of one.
type sealedPerson struct {
	sealer *wire.Sealer
	opener *wire.Opener
	seen   *coverage
	stream []byte // opened, and not looked at yet
}

// seal makes the handshake on a connection on which nothing was said.
func (d *dialogue) seal(p *person) {
	d.t.Helper()
	session := wire.SealSession{PublicKey: []byte(`{"msgid":21}`)}
	p.send(d, string(session.PublicKey))
	session.PublicKeyAnswer = d.handshake(p)
	var answer wire.PublicKeyReply
	if err := json.Unmarshal(session.PublicKeyAnswer, &answer); err != nil {
		d.fatal("%s: %v", session.PublicKeyAnswer, err)
	}
	key, err := wire.ParseSealPublicKey(answer.Key)
	if err != nil {
		d.fatal("the server's key: %v", err)
	}
	var text string
	if session.Secret, text, err = key.NewSecret(); err != nil {
		d.fatal("%v", err)
	}
	if session.Nonce, err = base64.StdEncoding.DecodeString(answer.Nonce); err != nil {
		d.fatal("the nonce: %v", err)
	}
	session.KeyExchange = fmt.Appendf(nil, `{"msgid":23,"key":%q}`, text)
	p.send(d, string(session.KeyExchange))
	d.seen.note(map[string]any{"msgid": json.Number("21")})
	d.seen.note(map[string]any{"msgid": json.Number("23")})
	s := &sealedPerson{seen: d.seen}
	if s.sealer, err = session.Sealer(wire.ClientSeals); err != nil {
		d.fatal("%v", err)
	}
	if s.opener, err = session.Opener(wire.ServerSeals); err != nil {
		d.fatal("%v", err)
	}
	p.sealed = s
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
