package testkit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"parley/wire"
)

// DialFrom connects from another address of this machine. The connection lasts for Patience.
func DialFrom(t *testing.T, from, to string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(Patience))
	return c
}

// PlainFrom is DialPlain from another address of this machine.
func PlainFrom(t *testing.T, from, addr string) *Plain {
	t.Helper()
	c := DialFrom(t, from, addr)
	return &Plain{Conn: c, In: bufio.NewReaderSize(c, 256<<10)}
}

// Plain is a client like nc: it writes objects and reads lines.
type Plain struct {
	Conn net.Conn
	In   *bufio.Reader
}

// DialPlain connects over TCP. The connection is closed when the test ends.
func DialPlain(t testing.TB, addr string) *Plain {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &Plain{Conn: conn, In: bufio.NewReaderSize(conn, 256<<10)}
}

// Say writes what is formatted, as it is.
func (p *Plain) Say(t testing.TB, format string, args ...any) {
	t.Helper()
	if _, err := fmt.Fprintf(p.Conn, format, args...); err != nil {
		t.Fatal(err)
	}
}

// Frame is what any frame of the server may carry, as far as tests look.
type Frame struct {
	Msgid   wire.Msgid `json:"msgid"`
	Re      wire.Msgid `json:"re"`
	Erron   wire.Code  `json:"erron"`
	Seq     int64      `json:"seq"`
	SendSeq int64      `json:"send_seq"`
	ID      int64      `json:"id"`
	GID     int64      `json:"gid"`
	Msg     string     `json:"msg"`
	Token   string     `json:"token"`
}

// Line returns the next line.
func (p *Plain) Line(t testing.TB) string {
	t.Helper()
	_ = p.Conn.SetReadDeadline(time.Now().Add(Patience))
	line, err := p.In.ReadString('\n')
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return strings.TrimSuffix(line, "\n")
}

// next returns the next frame.
func (p *Plain) next(t testing.TB) Frame {
	t.Helper()
	line := p.Line(t)
	var f Frame
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return f
}

// Await passes over frames until one has the msgid.
func (p *Plain) Await(t testing.TB, id wire.Msgid) Frame {
	t.Helper()
	for {
		if f := p.next(t); f.Msgid == id {
			return f
		}
	}
}

// Ack passes over frames until an ack of re, and returns its code.
func (p *Plain) Ack(t testing.TB, re wire.Msgid) wire.Code {
	t.Helper()
	for {
		if f := p.next(t); f.Msgid == wire.Ack && f.Re == re {
			return f.Erron
		}
	}
}
