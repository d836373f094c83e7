package gate

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/wire"
)

// BenchmarkIdleLink opens WebSocket connections over loopback, each of which has
// handled one object on a deep stack, and reports what one of them holds once it is
// idle: heap and stacks, and resident memory, which is more. The clients are bare
// descriptors, so that what is counted is the server's.
func BenchmarkIdleLink(b *testing.B) {
	const warmUp, conns = 500, 4000
	for range b.N {
		g := New(Options{Sweep: 100 * time.Millisecond, MaxConnsPerAddr: warmUp + conns, LoginTimeout: time.Hour, Log: quiet()},
			func(l *Link) Peer { return &sleeper{link: l} })
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(g.HandleWebSocket), ReadHeaderTimeout: 10 * time.Second}
		var served sync.WaitGroup
		served.Go(func() { _ = server.Serve(ln) })

		var fds []int
		open := func(n int) memory {
			for range n {
				fds = append(fds, bareWebSocket(b, ln.Addr().(*net.TCPAddr).Port))
			}
			eventually(b, func() bool { return g.Unauthenticated() == 0 && !g.sweep.busy() })
			return measure(b)
		}
		before := open(warmUp) // the code and the runtime's own tables are there from here on
		after := open(conns)
		b.ReportMetric(float64(after.heap-before.heap)/conns, "heap-B/conn")
		b.ReportMetric(float64(after.stack-before.stack)/conns, "stack-B/conn")
		b.ReportMetric(float64(after.resident-before.resident)/conns, "resident-B/conn")

		for _, fd := range fds {
			_ = unix.Close(fd)
		}
		_ = server.Close()
		served.Wait()
		eventually(b, func() bool { return g.Conns() == 0 })
		if err := g.Shutdown(b.Context()); err != nil {
			b.Error(err)
		}
	}
}

// busy reports whether there is a connection to look after.
func (s *sweep) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

// sleeper is a Peer that works once and sleeps.
type sleeper struct{ link *Link }

func (s *sleeper) Object(obj []byte) {
	deep(100)
	s.link.Out().Send(obj)
	s.link.Authenticated(true)
}
func (s *sleeper) Fault(wire.GoodbyeCode, string) {}
func (s *sleeper) Gone(error)                     {}

// deep makes the stack grow to some 16 KiB.
//
//go:noinline
func deep(n int) (sum byte) {
	var frame [64]byte
	if n == 0 {
		return 0
	}
	for i := range frame {
		frame[i] = byte(i * n)
	}
	return deep(n-1) + frame[n%64]
}

type memory struct{ heap, stack, resident int64 }

func measure(b *testing.B) memory {
	b.Helper()
	for range 3 { // pools need two to be emptied
		runtime.GC()
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Fatal(err)
	}
	pages, err := strconv.ParseInt(string(bytes.Fields(statm)[1]), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return memory{int64(m.HeapAlloc), int64(m.StackInuse), pages * int64(os.Getpagesize())}
}

// bareWebSocket opens a WebSocket that costs this process a descriptor, and has one
// object echoed.
func bareWebSocket(b *testing.B, port int) int {
	b.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		b.Fatal(err)
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		b.Fatal(err)
	}
	var got [4096]byte
	exchange := func(out []byte, until string) {
		if _, err := unix.Write(fd, out); err != nil {
			b.Fatal(err)
		}
		for n := 0; !bytes.HasSuffix(got[:n], []byte(until)); {
			m, err := unix.Read(fd, got[n:])
			if err != nil || m == 0 {
				b.Fatalf("read %d bytes: %v", m, err)
			}
			n += m
		}
	}
	exchange([]byte(upgrade+"\r\n"), "\r\n\r\n")
	exchange(text(`{"msgid":2}`), `{"msgid":2}`)
	return fd
}
