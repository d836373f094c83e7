package security

import (
	"bufio"
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/test/testkit"
	"parley/wire/seal"
)

// rawSealed is a sealed connection made by hand.
type rawSealed struct {
	t      *testing.T
	conn   net.Conn
	r      *bufio.Reader
	sealer *seal.Sealer
	opener *seal.Opener
}

func dialSealed(t *testing.T, addr string) *rawSealed {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(testkit.Patience))
	s := &rawSealed{t: t, conn: conn, r: bufio.NewReader(conn)}
	shake := seal.NewClient("")
	s.write(string(shake.PublicKey()) + "\n")
	exchange, sealer, opener, err := shake.KeyExchange(s.line())
	if err != nil {
		t.Fatal(err)
	}
	s.sealer, s.opener = sealer, opener
	s.write(string(exchange) + "\n")
	s.want(`{"msgid":24}`)
	return s
}

func (s *rawSealed) write(text string) {
	s.t.Helper()
	if _, err := s.conn.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *rawSealed) line() []byte {
	s.t.Helper()
	line, err := s.r.ReadBytes('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	return bytes.TrimSuffix(line, []byte("\n"))
}

func (s *rawSealed) seal(text string) string {
	s.t.Helper()
	frame, err := s.sealer.AppendFrame(nil, []byte(text))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(frame) + "\n"
}

// want opens the next frame and looks for a part of it.
func (s *rawSealed) want(part string) string {
	s.t.Helper()
	line := s.line()
	piece, err := s.opener.Open(nil, line)
	if err != nil {
		s.t.Fatalf("%v: %s", err, line)
	}
	if !strings.Contains(string(piece), part) {
		s.t.Fatalf("got %s, want %s", piece, part)
	}
	return string(piece)
}

// meddler passes lines on, as what strike makes of the n-th one of a way.
func meddler(t *testing.T, to string, strike func(way, n int, line []byte) [][]byte) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { ln.Close(); all.Wait() })
	all.Go(func() {
		for {
			from, err := ln.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				return
			}
			for i, way := range [][2]net.Conn{{from, there}, {there, from}} {
				all.Go(func() {
					defer way[0].Close()
					defer way[1].Close()
					r := bufio.NewReader(way[0])
					for n := 0; ; n++ {
						line, err := r.ReadBytes('\n')
						if err != nil {
							return
						}
						for _, l := range strike(i, n, line) {
							if _, err := way[1].Write(l); err != nil {
								return
							}
						}
					}
				})
			}
		}
	})
	return ln.Addr().String()
}
