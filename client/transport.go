package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// transport is a connection that carries JSON objects.
type transport interface {
	// read gives the next object; it is valid until the next call.
	read() ([]byte, error)
	// frame appends object to dst as it goes over the wire.
	frame(dst, object []byte) []byte
	net() net.Conn
}

// connect opens a transport to the endpoint. control takes what the transport itself
// has to write (answers to pings); it may be called from read.
func connect(ctx context.Context, ep endpoint, o *Options, control func([]byte)) (transport, error) {
	if ep.webURL != "" {
		return connectWeb(ctx, ep, o, control)
	}
	conn, err := o.Dialer(ctx, "tcp", ep.address)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s: %w", ep, err)
	}
	return &lines{conn: conn, r: bufio.NewReaderSize(conn, 16<<10), max: o.MaxFrame}, nil
}

// lines is the TCP framing: the server ends each object with a newline, which cannot
// stand inside one.
type lines struct {
	conn net.Conn
	r    *bufio.Reader
	max  int
	long []byte // a line longer than r's buffer
}

func (l *lines) net() net.Conn { return l.conn }

func (l *lines) frame(dst, object []byte) []byte {
	return append(append(dst, object...), '\n')
}

func (l *lines) read() ([]byte, error) {
	for {
		line, err := l.line()
		if err != nil {
			return nil, err
		}
		if len(line) > 1 {
			return line[:len(line)-1], nil
		}
	}
}

func (l *lines) line() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if err == nil {
		return line, nil
	}
	l.long = append(l.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(l.long) > l.max {
			return nil, tooLong(l.max)
		}
		line, err = l.r.ReadSlice('\n')
		l.long = append(l.long, line...)
	}
	if errors.Is(err, io.EOF) && len(l.long) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return l.long, err
}

func tooLong(limit int) error {
	return fmt.Errorf("client: the server sent a frame of more than %d bytes", limit)
}

// deadline is the earlier of ctx's and now+d.
func deadline(ctx context.Context, d time.Duration) time.Time {
	t := time.Now().Add(d)
	if at, ok := ctx.Deadline(); ok && at.Before(t) {
		return at
	}
	return t
}
