package test

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

// plain is a client like nc: it writes objects and reads lines.
type plain struct {
	conn net.Conn
	in   *bufio.Reader
}

func dialPlain(t testing.TB, addr string) *plain {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &plain{conn: conn, in: bufio.NewReaderSize(conn, 256<<10)}
}

func (p *plain) say(t testing.TB, format string, args ...any) {
	t.Helper()
	if _, err := fmt.Fprintf(p.conn, format, args...); err != nil {
		t.Fatal(err)
	}
}

// frame is what any frame of the server may carry, as far as tests look.
type frame struct {
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

// line gives the next line.
func (p *plain) line(t testing.TB) string {
	t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	line, err := p.in.ReadString('\n')
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return strings.TrimSuffix(line, "\n")
}

// next gives the next frame.
func (p *plain) next(t testing.TB) frame {
	t.Helper()
	line := p.line(t)
	var f frame
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return f
}

// await passes over frames until one has the msgid.
func (p *plain) await(t testing.TB, id wire.Msgid) frame {
	t.Helper()
	for {
		if f := p.next(t); f.Msgid == id {
			return f
		}
	}
}

// ack passes over frames until an ack of re, and gives its code.
func (p *plain) ack(t testing.TB, re wire.Msgid) wire.Code {
	t.Helper()
	for {
		if f := p.next(t); f.Msgid == wire.Ack && f.Re == re {
			return f.Erron
		}
	}
}
