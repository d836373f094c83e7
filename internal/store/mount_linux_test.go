package store

import "syscall"

// mountSmall mounts a file system of 8 MB.
func mountSmall(dir string) error { return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m") }

func unmount(dir string) { syscall.Unmount(dir, 0) }
