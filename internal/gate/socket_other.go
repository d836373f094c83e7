//go:build !linux

package gate

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// Elsewhere than on Linux a connection is read through net, with a buffer in hand, and
// Go's own keep-alive finds a vanished peer.

func rawConn(net.Conn) syscall.RawConn { return nil }

func (l *Link) tryRead(uintptr) bool { return true }

func readError(int) error { return errors.ErrUnsupported }

func unsent(syscall.RawConn) int { return 0 }

func findVanished(syscall.RawConn, time.Duration) {}

func askOften(syscall.RawConn, time.Duration) {}

func setUserTimeout(syscall.RawConn, time.Duration) {}

func peerState(syscall.RawConn) (s tcpState, ok bool) { return s, false }
