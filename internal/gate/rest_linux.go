package gate

import (
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// rest keeps the connections that have been quiet for a while without a goroutine:
// their readers end, and one epoll set tells when there is something to read, upon
// which a reader is started again. A goroutine with its stack is 2.5 KiB, two thirds
// of an idle connection. Busy connections never come here, so a message costs them
// nothing more. (A stack that has grown would never shrink back to its first size
// either, so some new goroutine is due after a burst of work in any case.)
type rest struct {
	mu sync.Mutex
	// Guarded by mu.
	set    *os.File // the epoll set, made with the first connection that rests
	raw    syscall.RawConn
	links  []*Link // by descriptor
	closed bool
	waiter sync.WaitGroup
}

// add puts a link to rest and reports whether it did. It is called by the link's
// reader, which then ends; l.resting is set before.
func (r *rest) add(l *Link) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.open() != nil {
		return false
	}
	added := false
	_ = l.raw.Control(func(fd uintptr) { // closed: not added
		for len(r.links) <= int(fd) {
			r.links = append(r.links, nil)
		}
		r.links[fd] = l
		l.fd = int32(fd)
		added = r.arm(l)
	})
	if !added {
		r.drop(l)
	}
	return added
}

// arm has the set tell once when there is something to read or the connection ends;
// r.mu is held.
func (r *rest) arm(l *Link) bool {
	op := unix.EPOLL_CTL_ADD
	if l.inSet {
		op = unix.EPOLL_CTL_MOD
	}
	l.inSet = true // and stays in until it is closed
	done := false
	_ = r.raw.Control(func(set uintptr) {
		e := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLONESHOT, Fd: l.fd}
		done = unix.EpollCtl(int(set), op, int(l.fd), &e) == nil
	})
	return done
}

// forget is called once a link has ended.
func (r *rest) forget(l *Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.inSet {
		r.drop(l)
	}
}

func (r *rest) drop(l *Link) {
	if int(l.fd) < len(r.links) && r.links[l.fd] == l {
		r.links[l.fd] = nil
	}
}

// open makes the set and starts its waiter; r.mu is held.
func (r *rest) open() error {
	if r.set != nil {
		return nil
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(fd, true); err != nil { // so that Go's own poller waits for it
		_ = unix.Close(fd)
		return err
	}
	set := os.NewFile(uintptr(fd), "epoll")
	raw, err := set.SyscallConn()
	if err != nil {
		_ = set.Close()
		return err
	}
	r.set, r.raw = set, raw
	r.waiter.Go(func() { r.wait(raw) })
	return nil
}

// wait starts the readers of connections that have something to read, until the set
// is closed.
func (r *rest) wait(raw syscall.RawConn) {
	events := make([]unix.EpollEvent, 128)
	n := 0
	ready := func(set uintptr) bool {
		var err error
		for {
			if n, err = unix.EpollWait(int(set), events, 0); err != unix.EINTR {
				return n != 0 // events, or an error (-1)
			}
		}
	}
	for raw.Read(ready) == nil && n > 0 {
		for _, e := range events[:n] {
			if l := r.link(e.Fd); l != nil {
				l.wake()
			}
		}
	}
}

// link returns the link of a descriptor. It may be another than the event was meant
// for, if that was closed meanwhile: a reader started too early just waits.
func (r *rest) link(fd int32) *Link {
	r.mu.Lock()
	defer r.mu.Unlock()
	if int(fd) >= len(r.links) {
		return nil
	}
	return r.links[fd]
}

// close ends the waiter. No link is at rest any more.
func (r *rest) close() {
	r.mu.Lock()
	r.closed = true
	if r.set != nil {
		_ = r.set.Close() // the waiter ends by it
	}
	r.mu.Unlock()
	r.waiter.Wait()
}
