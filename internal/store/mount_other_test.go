//go:build !linux

package store

import "errors"

// mountSmall mounts nothing: only Linux has file systems in memory that a test may make.
func mountSmall(string) error { return errors.ErrUnsupported }

func unmount(string) {}
