package gate

import (
	"errors"

	"parley/wire"
)

// stream is the intake of a TCP connection: objects back to back. What is in a sealed
// connection is one, too.
type stream struct {
	cut    wire.Cutter
	sealed bool // its bytes came sealed
}

func (s *stream) pending() bool { return s.cut.Pending() > 0 }

func (s *stream) held() int { return s.cut.Held() }

func (s *stream) feed(l *Link, p []byte) (ended int, f *fault) {
	for !l.out.Ending() {
		object, rest, err := s.cut.Next(p)
		if err != nil {
			return ended, cutFault(err)
		}
		if object == nil {
			return ended, nil
		}
		if s.sealed {
			l.peer.Object(object)
			ended++
		} else if n, f := l.take(object); f != nil {
			return ended, f
		} else {
			ended += n
		}
		p = rest
	}
	return ended, nil
}

func cutFault(err error) *fault {
	var c *wire.CutError
	if errors.As(err, &c) {
		return &fault{code: c.Bye, info: c.Info}
	}
	return &fault{code: wire.ByeNotJSON, info: "this is not a stream of JSON objects"}
}
