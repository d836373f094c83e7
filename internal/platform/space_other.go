//go:build !linux && !darwin && !freebsd && !windows

package platform

import "errors"

// DiskSpace returns errors.ErrUnsupported: nobody has told how this system is asked.
func DiskSpace(string) (free, total uint64, err error) { return 0, 0, errors.ErrUnsupported }
