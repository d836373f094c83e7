//go:build !unix

package term

import "io"

// readerGone cannot tell here that nobody reads a pipe any more: the next write fails.
func readerGone(io.Writer) <-chan struct{} { return nil }
