//go:build unix

package platform

import "syscall"

// FileLimit returns how many files and connections this process may have open at once;
// ok is false where the system does not say.
func FileLimit() (limit uint64, ok bool) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return 0, false
	}
	return uint64(files.Cur), true //nolint:gosec,unconvert // an int64 on FreeBSD, and never negative
}
