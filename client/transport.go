package client

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
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
	if ep.secure {
		if conn, err = secured(ctx, conn, ep, o); err != nil {
			return nil, fmt.Errorf("cannot connect to %s: %w", ep, err)
		}
	}
	return &lines{conn: conn, r: bufio.NewReaderSize(conn, 16<<10), max: o.MaxFrame}, nil
}

// secured makes the TLS handshake; on an error it closes conn.
func secured(ctx context.Context, conn net.Conn, ep endpoint, o *Options) (net.Conn, error) {
	c := tls.Client(conn, ep.trust(o))
	if err := c.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, explainTLS(err)
	}
	return c, nil
}

// TrustFile returns a value for Options.TLS. It trusts the certificates in a PEM file besides those
// that the system trusts.
func TrustFile(path string) (*tls.Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("client: the file of trusted certificates cannot be read: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("client: there is no certificate in %s; it must be a PEM file", path)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// trust is Options.TLS with the name to check.
func (e endpoint) trust(o *Options) *tls.Config {
	config := o.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(e.address)
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return config
}

// explainTLS says what to do about what a handshake found.
func explainTLS(err error) error {
	var stranger x509.UnknownAuthorityError
	var name x509.HostnameError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &stranger):
		return fmt.Errorf("the server's certificate is signed by nobody that is trusted here (%w); if it is the server's own, give its file as the authority (--ca)", err)
	case errors.As(err, &name):
		return fmt.Errorf("the server's certificate is for other names (%w); connect by one of them", err)
	case errors.As(err, &plain):
		return fmt.Errorf("the server does not speak TLS there (%w); without encryption the address begins with tcp:// or ws://", err)
	}
	return err
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
