package gate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/gobwas/ws"

	"parley/wire"
)

// messages is the intake of a WebSocket: one object a message.
type messages struct{ begun *begun }

// begun is what has come in part; there is none between messages.
type begun struct {
	raw     []byte // the beginning of a WebSocket frame
	message []byte // the fragments of a message
	text    bool
	open    bool // a fragmented message is under way
}

func (m *messages) pending() bool { return m.begun != nil }

func (m *messages) held() int {
	if m.begun == nil {
		return 0
	}
	return cap(m.begun.raw) + cap(m.begun.message)
}

func (m *messages) feed(l *Link, p []byte) (ended int, f *fault) {
	if m.begun != nil && len(m.begun.raw) > 0 {
		m.begun.raw = append(m.begun.raw, p...)
		p = m.begun.raw
	}
	for !l.out.Ending() {
		frame, size, f := m.cut(p, l.maxFrame())
		if f != nil {
			m.begun = nil
			return ended, f
		}
		if size == 0 {
			break
		}
		done, f := m.take(l, frame)
		ended += done
		if f != nil {
			m.begun = nil
			return ended, f
		}
		p = p[size:]
	}
	m.keep(p)
	return ended, nil
}

// keep holds on to the beginning of a frame, and to nothing without need.
func (m *messages) keep(p []byte) {
	switch {
	case len(p) > 0:
		if m.begun == nil {
			m.begun = new(begun)
		}
		m.begun.raw = append(m.begun.raw[:0], p...)
	case m.begun != nil && m.begun.open:
		m.begun.raw = nil
	default:
		m.begun = nil
	}
}

// wsFrame is one WebSocket frame, unmasked.
type wsFrame struct {
	op      ws.OpCode
	fin     bool
	payload []byte // part of what was read
}

// cut takes the first frame off p and unmasks it in place. size 0 means that it is
// not complete. A payload over the limit is refused by its header.
func (m *messages) cut(p []byte, limit int) (frame wsFrame, size int, f *fault) {
	if len(p) < 2 {
		return frame, 0, nil
	}
	op := ws.OpCode(p[0] & 0x0f)
	fin := p[0]&0x80 != 0
	if f := m.check(p[0], p[1], op, fin); f != nil {
		return frame, 0, f
	}
	length, at := uint64(p[1]&0x7f), 2
	switch length {
	case 126:
		if len(p) < 4 {
			return frame, 0, nil
		}
		length, at = uint64(binary.BigEndian.Uint16(p[2:])), 4
	case 127:
		if len(p) < 10 {
			return frame, 0, nil
		}
		length, at = binary.BigEndian.Uint64(p[2:]), 10
	}
	if room := limit - m.gathered(); !op.IsControl() && (room < 0 || length > uint64(room)) {
		return frame, 0, &fault{
			code: wire.ByeFrameTooBig, status: statusTooBig,
			info: fmt.Sprintf("a frame is longer than %d bytes: send less at once", limit),
		}
	}
	end := at + 4 + int(length)
	if len(p) < end {
		return frame, 0, nil
	}
	payload := p[at+4 : end : end]
	ws.Cipher(payload, [4]byte(p[at:at+4]), 0)
	return wsFrame{op: op, fin: fin, payload: payload}, end, nil
}

// check refuses what a client must not send (RFC 6455, sections 5.1 to 5.5).
func (m *messages) check(b0, b1 byte, op ws.OpCode, fin bool) *fault {
	open := m.begun != nil && m.begun.open
	switch {
	case b0&0x70 != 0:
		return broken("a reserved bit is set, and no extension was agreed on")
	case b1&0x80 == 0:
		return broken("a client's frames must be masked")
	case op.IsControl() && (op > ws.OpPong || !fin || b1&0x7f > maxControl):
		return broken("a control frame is unknown, too long or in fragments")
	case !op.IsControl() && op > ws.OpBinary:
		return broken("this kind of frame is unknown")
	case op == ws.OpContinuation && !open:
		return broken("there is no message to continue")
	case (op == ws.OpText || op == ws.OpBinary) && open:
		return broken("a message begins before the last one has ended")
	}
	return nil
}

func broken(what string) *fault {
	return &fault{code: closeBye, status: statusProtocol, info: "this is not WebSocket: " + what}
}

func (m *messages) gathered() int {
	if m.begun == nil {
		return 0
	}
	return len(m.begun.message)
}

// take handles one frame and gives how many objects ended with it.
func (m *messages) take(l *Link, frame wsFrame) (done int, f *fault) {
	switch frame.op {
	case ws.OpPing:
		l.pong(frame.payload)
		return 0, nil
	case ws.OpPong:
		return 0, nil
	case ws.OpClose:
		return 0, l.closedByPeer(frame.payload)
	}
	text := frame.op == ws.OpText
	if frame.op == ws.OpContinuation {
		text = m.begun.text
	}
	if !frame.fin || frame.op == ws.OpContinuation {
		m.gather(frame, text)
		if !frame.fin {
			return 0, nil
		}
		frame.payload = m.begun.message
		m.begun.message, m.begun.open = nil, false
	}
	if text && !utf8.Valid(frame.payload) {
		return 0, &fault{code: wire.ByeNotJSON, status: statusNotUTF8, info: "a text message is not UTF-8"}
	}
	if object := bytes.Trim(frame.payload, " \t\r\n\x00"); len(object) > 0 {
		return l.take(object)
	}
	return 1, nil
}

func (l *Link) pong(payload []byte) {
	pong := appendControl(nil, opPong, payload)
	if s := l.sealed.Load(); s != nil {
		if err := s.control(l.conn, pong); err != nil {
			l.out.Die(err)
		}
		return
	}
	l.out.Queue(pong)
	l.out.Flush()
}

// gather adds a fragment to the message under way.
func (m *messages) gather(frame wsFrame, text bool) {
	if m.begun == nil {
		m.begun = new(begun)
	}
	b := m.begun
	b.open, b.text = true, text
	b.message = append(b.message, frame.payload...)
}

// closedByPeer answers a close frame with its own status.
func (l *Link) closedByPeer(body []byte) *fault {
	status := uint16(statusNormal)
	if len(body) > 0 {
		if len(body) < 2 {
			return broken("a close frame has half a status")
		}
		status = binary.BigEndian.Uint16(body)
		if !validStatus(status) {
			return broken("a close frame has a status that may not be sent")
		}
		if !utf8.Valid(body[2:]) {
			return &fault{code: closeBye, status: statusNotUTF8, info: "the reason of a close frame is not UTF-8"}
		}
	}
	l.parted = true
	l.out.SetStatus(status)
	l.out.Last(nil)
	return nil
}

// validStatus reports whether a peer may send it.
func validStatus(s uint16) bool {
	switch {
	case s == 1004, s == statusNoStatus, s == statusAbnormal, s == statusTLSFailed:
		return false
	case s >= 1000 && s < 1016, s >= 3000 && s < 5000:
		return true
	}
	return false
}
