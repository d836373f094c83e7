//go:build !linux

package gate

// rest needs epoll; elsewhere every connection keeps its reader.
type rest struct{}

func (*rest) add(*Link) bool { return false }

func (*rest) forget(*Link) {}

func (*rest) close() {}
