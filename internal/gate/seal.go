package gate

import (
	"bytes"
	"context"
	"errors"
	"time"

	"parley/wire"
	"parley/wire/seal"
)

// maxFrame is how long an object may be as it comes from the network.
func (l *Link) maxFrame() int {
	if l.sealed.Load() != nil {
		return max(l.gate.opts.MaxFrame, wire.MaxSealedFrame)
	}
	return l.gate.opts.MaxFrame
}

// take handles one object as it came from the network, and returns how many of those that
// mean something ended with it.
func (l *Link) take(object []byte) (ended int, f *fault) {
	if s := l.sealed.Load(); s != nil {
		return l.open(s, object)
	}
	first := !l.spoken
	l.spoken = true
	switch {
	case l.shake != nil:
		return 1, l.exchange(object)
	case first && l.gate.opts.Seal != nil && bytes.Contains(object, askSign) && l.offer(object):
		return 1, nil
	}
	l.peer.Object(object)
	return 1, nil
}

// askSign stands in every frame 21 that is spelt as usual. One that is not is answered
// that it cannot be sealed.
var askSign = []byte("21")

// offer answers a frame 21 with the public key. It reports false for any other frame.
func (l *Link) offer(object []byte) bool {
	var r wire.Request
	if wire.DecodeRequest(object, &r) != nil || r.Msgid != wire.PublicKey {
		return false
	}
	m := l.gate.opts.Metrics
	if wait := l.gate.seals.take(l.Remote().Addr()); wait > 0 {
		m.SealRates.Add(1)
		l.out.Last(goodbye(wire.ByeCrowded, "too many sealed connections from this address at once; try again later", wait))
		return true
	}
	key, current, err := l.gate.opts.Seal.SealKey(r.Pin)
	if err != nil {
		m.SealFails.Add(1)
		l.gate.opts.Log.Error("there is no key for sealed connections", "error", err)
		return false // and it is answered that it cannot be sealed
	}
	l.shake = seal.NewServer(object, &r, key, current)
	// Past the outbox: what follows it there is sealed. Nothing else was sent, and it is short.
	_, err = l.conn.Write(wire.AppendFramed(nil, l.out.Framing(), l.shake.PublicKeyAnswer()))
	if err != nil {
		l.out.Die(err)
	}
	return true
}

// exchange takes the client's secret from frame 23 and seals the connection.
func (l *Link) exchange(object []byte) *fault {
	h := l.shake
	l.shake = nil
	if h.TakeExchange(object) != nil {
		l.gate.opts.Metrics.SealFails.Add(1)
		return &fault{code: wire.ByeUnsealed, info: "frame 23 must follow frame 22; nothing is sealed yet"}
	}
	if !l.gate.opening.enter(context.Background()) {
		l.gate.opts.Metrics.SealRates.Add(1)
		l.out.Last(goodbye(wire.ByeCrowded, "too many sealed connections begin at once; try again in a moment", l.gate.opening.patient))
		return nil
	}
	began := time.Now()
	sealer, opener, err := h.Seal()
	l.gate.pause(time.Since(began)) // and as long for the others who want the core
	l.gate.opening.leave()
	if err == nil {
		err = l.seal(sealer, opener)
	}
	if err != nil {
		l.gate.opts.Metrics.SealFails.Add(1)
		return &fault{code: wire.ByeUnsealed, info: "the secret in frame 23 cannot be opened with the key of frame 22"}
	}
	l.gate.opts.Metrics.Sealed.Add(1)
	l.out.Send(h.KeyExchangeAnswer())
	return nil
}

var errTooEarly = errors.New("gate: something is on its way that is not sealed")

// seal makes everything from here on sealed.
func (l *Link) seal(sealer *seal.Sealer, opener *seal.Opener) error {
	s := &sealing{
		framing: l.out.Framing(), sealer: sealer, opener: opener,
		in: stream{cut: wire.NewCutter(l.gate.opts.MaxFrame), sealed: true},
	}
	if !l.out.SetFraming(wire.Lines) {
		return errTooEarly
	}
	l.secure = true
	l.sealed.Store(s)
	if outer, ok := l.in.(*stream); ok {
		outer.cut = wire.NewCutter(l.maxFrame())
	}
	return nil
}

// open opens a frame 25 and handles what has ended with its piece.
func (l *Link) open(s *sealing, object []byte) (ended int, f *fault) {
	b := sealBuffers.Get().(*[]byte)
	defer sealBuffers.Put(b)
	var err error
	if *b, err = s.opener.Open((*b)[:0], object); err != nil {
		l.gate.opts.Metrics.Unsealed.Add(1)
		return 0, &fault{code: wire.ByeUnsealed, info: wire.ByeUnsealed.Text()}
	}
	return s.in.feed(l, *b)
}
