//go:build !linux

package dbtest

import "errors"

// MountSmall mounts nothing: only Linux has file systems in memory that a test may make.
func MountSmall(string) error { return errors.ErrUnsupported }

// Unmount has nothing to take away.
func Unmount(string) error { return nil }
