package faultproxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// echo is a server that sends back what it gets.
func echo(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return ln.Addr().String()
}

func dial(t *testing.T) (*Proxy, net.Conn) {
	t.Helper()
	p, err := New(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	expectEcho(t, c, "hello")
	return p, c
}

func expectEcho(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	expectBytes(t, c, text)
}

func expectBytes(t *testing.T, c net.Conn, text string) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, []byte(text)) {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestStallHoldsBackAndHeals(t *testing.T) {
	p, c := dial(t)
	p.Stall(ToClient)
	if _, err := io.WriteString(c, "held back"); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := c.Read(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%d bytes came through: %v", n, err)
	}
	p.Heal()
	expectBytes(t, c, "held back")
}

func TestStallAfter(t *testing.T) {
	p, c := dial(t)
	stalled := p.StallAfter(25)
	expectEcho(t, c, "10 bytes..") // there and back
	select {
	case <-stalled:
		t.Fatal("it stands still already")
	default:
	}
	if _, err := io.WriteString(c, "held back"); err != nil {
		t.Fatal(err)
	}
	<-stalled
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := c.Read(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%d bytes came through: %v", n, err)
	}
	p.Heal()
	expectBytes(t, c, "held back")
	expectEcho(t, c, strings.Repeat("x", 1000))
}

func TestReset(t *testing.T) {
	p, c := dial(t)
	p.Reset()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("got %v", err)
	}
}

func TestCutInTheMiddle(t *testing.T) {
	p, c := dial(t)
	p.CutAfter(ToClient, 3)
	if _, err := io.WriteString(c, "abcdef"); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	got, err := io.ReadAll(c)
	if len(got) > 3 || !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestHalfClose(t *testing.T) {
	p, c := dial(t)
	p.HalfClose(ToServer) // the echo ends its half, too
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Fatalf("got %v", err)
	}
}

func TestRefuse(t *testing.T) {
	p, _ := dial(t)
	p.Refuse(true)
	c, err := net.Dial("tcp", p.Addr())
	if err == nil {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, err = c.Read(make([]byte, 1))
		_ = c.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Fatalf("got %v", err)
	}
	p.Heal()
	again, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	expectEcho(t, again, "back")
}

func TestDelay(t *testing.T) {
	p, c := dial(t)
	const d = 30 * time.Millisecond
	p.Delay(d)
	began := time.Now()
	expectEcho(t, c, "slow")
	if took := time.Since(began); took < 2*d {
		t.Errorf("it took %v", took)
	}
}
