package gate

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// rawConn returns the descriptor of a TCP connection, below TLS or not; nil for any other.
func rawConn(c net.Conn) syscall.RawConn {
	if p, ok := c.(proxiedTLS); ok {
		c = p.Conn
	}
	c = inner(c)
	if p, ok := c.(proxied); ok {
		c = p.TCPConn
	}
	t, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return nil // it is closed; the first read tells so
	}
	return raw
}

// errno is the number of a system call's error.
func errno(err error) int {
	var e syscall.Errno
	if !errors.As(err, &e) {
		e = syscall.EIO
	}
	return int(e)
}

// tryRead reads what is there into l.got and reports whether there was anything: bytes
// (n > 0), the end (0) or an error (-errno). Without, it holds no buffer.
func (l *Link) tryRead(fd uintptr) bool {
	b := buffers.Get().(*buffer)
	for {
		n, err := syscall.Read(int(fd), b.data[:])
		switch {
		case err == nil:
			b.n = n
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			buffers.Put(b)
			return false
		default:
			b.n = -errno(err)
		}
		l.got = b
		return true
	}
}

// readError is the error that tryRead has left as a negative number.
func readError(n int) error { return syscall.Errno(-n) }

// unsent is how many bytes the peer's kernel has not acknowledged; 1 if that can no
// longer be known, 0 for a connection that is not TCP.
func unsent(raw syscall.RawConn) int {
	if raw == nil {
		return 0
	}
	n := 1
	_ = raw.Control(func(fd uintptr) { // closed: n stays 1
		if v, err := unix.IoctlGetInt(int(fd), unix.SIOCOUTQ); err == nil {
			n = v
		}
	})
	return n
}

// findVanished makes the kernel find a peer that vanished within the time given:
// by probes while nothing is under way, by their time-out while something is.
func findVanished(raw syscall.RawConn, silent time.Duration) {
	if raw == nil {
		return
	}
	seconds := max(1, int(silent/time.Second))
	_ = raw.Control(func(fd uintptr) { // an option that cannot be set leaves the kernel's default
		s := int(fd)
		_ = unix.SetsockoptInt(s, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1)
		_ = unix.SetsockoptInt(s, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, max(1, seconds/2))
		_ = unix.SetsockoptInt(s, unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, max(1, seconds/4))
		_ = unix.SetsockoptInt(s, unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 2)
		_ = unix.SetsockoptInt(s, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silent/time.Millisecond))
	})
}

// askOften makes the kernel ask a peer that does not read at least so often, where it can
// (TCP_RTO_MAX_MS, since Linux 6.15).
func askOften(raw syscall.RawConn, every time.Duration) {
	const rtoMax = 44                  // not in x/sys yet
	_ = raw.Control(func(fd uintptr) { // a closed connection asks nothing
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, rtoMax, int(max(every, time.Second)/time.Millisecond))
	})
}

// setUserTimeout moves the kernel's limit for bytes under way; 0 lifts it.
func setUserTimeout(raw syscall.RawConn, d time.Duration) {
	_ = raw.Control(func(fd uintptr) { // a closed connection needs none
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d/time.Millisecond))
	})
}

// peerState asks the kernel about a connection.
func peerState(raw syscall.RawConn) (s tcpState, ok bool) {
	_ = raw.Control(func(fd uintptr) { // closed: not ok
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			return
		}
		ok = true
		s = tcpState{
			acked: info.Bytes_acked, unacked: info.Unacked, probes: uint32(info.Probes),
			lastAck:  time.Duration(info.Last_ack_recv) * time.Millisecond,
			lastSent: time.Duration(info.Last_data_sent) * time.Millisecond,
		}
	})
	return s, ok
}
