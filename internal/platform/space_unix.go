//go:build linux || darwin || freebsd

package platform

import "syscall"

// DiskSpace returns how many bytes this process may still write to the file system that a
// file or folder is on, and how many it has in all. It returns errors.ErrUnsupported where
// the system cannot say.
func DiskSpace(path string) (free, total uint64, err error) {
	var st syscall.Statfs_t
	for {
		err = syscall.Statfs(path, &st)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		return 0, 0, err
	}
	block := uint64(st.Bsize)         //nolint:gosec // never negative; each system has its own type
	available := max(0, st.Bavail)    // below 0 on FreeBSD, where what is kept for root is used
	return uint64(available) * block, //nolint:gosec,unconvert // an int64 on FreeBSD
		uint64(st.Blocks) * block, nil //nolint:unconvert // see above
}
