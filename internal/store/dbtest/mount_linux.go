package dbtest

import "syscall"

// MountSmall mounts a file system of 8 MB.
func MountSmall(dir string) error { return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m") }

// Unmount takes it away again.
func Unmount(dir string) error { return syscall.Unmount(dir, 0) }
