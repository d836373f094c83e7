package client

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// web is the WebSocket framing: one object a text message (RFC 6455, client's side).
type web struct {
	conn    net.Conn
	r       *bufio.Reader
	max     int
	control func([]byte)
	message []byte
	ctl     [125]byte
}

func connectWeb(ctx context.Context, ep endpoint, o *Options, control func([]byte)) (transport, error) {
	dialer := ws.Dialer{
		NetDial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			conn, err := o.Dialer(ctx, network, ep.address)
			if err == nil && ep.secure {
				return secured(ctx, conn, ep, o)
			}
			return conn, err
		},
		TLSClient: func(conn net.Conn, _ string) net.Conn { return conn }, // it was made above
	}
	conn, br, _, err := dialer.Dial(ctx, ep.webURL)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s: %w", ep, err)
	}
	w := &web{conn: conn, max: o.MaxFrame, control: control}
	if br != nil {
		// What the server sent right behind its handshake is in the dialer's buffer,
		// which goes back to a pool: read it out.
		early := make([]byte, br.Buffered())
		if _, err := io.ReadFull(br, early); err != nil {
			conn.Close()
			return nil, fmt.Errorf("cannot connect to %s: %w", ep, err)
		}
		ws.PutReader(br)
		w.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(early), conn), 16<<10)
	} else {
		w.r = bufio.NewReaderSize(conn, 16<<10)
	}
	return w, nil
}

func (w *web) net() net.Conn { return w.conn }

func (w *web) frame(dst, object []byte) []byte { return appendMasked(dst, ws.OpText, object) }

// appendMasked appends one whole frame of a client.
func appendMasked(dst []byte, op ws.OpCode, payload []byte) []byte {
	h := ws.Header{Fin: true, OpCode: op, Masked: true, Mask: ws.NewMask(), Length: int64(len(payload))}
	out := appender{dst}
	// An appender's Write cannot fail, and the header is a legal one.
	_ = ws.WriteHeader(&out, h)
	start := len(out.b)
	out.b = append(out.b, payload...)
	ws.Cipher(out.b[start:], h.Mask, 0)
	return out.b
}

// appender is an io.Writer that grows a slice.
type appender struct{ b []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.b = append(a.b, p...)
	return len(p), nil
}

// read gives the next text message, put together from its fragments; control frames
// in between are answered.
func (w *web) read() ([]byte, error) {
	w.message = w.message[:0]
	state := ws.StateClientSide
	for {
		h, err := ws.ReadHeader(w.r)
		if err != nil {
			return nil, err
		}
		if err := ws.CheckHeader(h, state); err != nil {
			return nil, fmt.Errorf("client: the server broke the WebSocket protocol: %w", err)
		}
		if h.OpCode.IsControl() {
			if err := w.answer(h); err != nil {
				return nil, err
			}
			continue
		}
		if h.OpCode == ws.OpBinary {
			return nil, fmt.Errorf("client: the server sent a binary message, which Parley does not know")
		}
		if err := w.append(h.Length); err != nil {
			return nil, err
		}
		if !h.Fin {
			state = state.Set(ws.StateFragmented)
			continue
		}
		if !utf8.Valid(w.message) {
			return nil, fmt.Errorf("client: the server sent a message that is not UTF-8")
		}
		return w.message, nil
	}
}

// append reads n more bytes of the message under way.
func (w *web) append(n int64) error {
	have := len(w.message)
	if n > int64(w.max-have) {
		return tooLong(w.max)
	}
	w.message = append(w.message, make([]byte, n)...)
	_, err := io.ReadFull(w.r, w.message[have:])
	return err
}

func (w *web) answer(h ws.Header) error {
	p := w.ctl[:h.Length]
	if _, err := io.ReadFull(w.r, p); err != nil {
		return err
	}
	switch h.OpCode {
	case ws.OpPing:
		w.control(appendMasked(nil, ws.OpPong, p))
	case ws.OpClose:
		w.control(appendMasked(nil, ws.OpClose, p))
		return io.EOF
	}
	return nil
}
