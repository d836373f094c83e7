//go:build unix

package term

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// readerGone is closed when nobody reads a pipe any more that out writes to, as after
// `parley tail | head`. Of anything else that out may be it is never closed. The goroutine
// that waits for it ends with the reader, or with the program.
func readerGone(out io.Writer) <-chan struct{} {
	gone := make(chan struct{})
	file, ok := out.(*os.File)
	if !ok {
		return gone
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return gone
	}
	go func() {
		watch := []unix.PollFd{{Fd: int32(file.Fd())}} // no events: an error is always told
		for {
			n, err := unix.Poll(watch, -1)
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err == nil && n == 1 {
				close(gone)
			}
			return
		}
	}()
	return gone
}
