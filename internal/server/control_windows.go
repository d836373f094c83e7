package server

import (
	"fmt"
	"net"
)

// listenControl opens the socket in place of one that a crashed server left. Windows has
// sockets with a path from version 10 (1803) on, and returns them no mode: who may use it is
// decided by the rights of the data folder, which lockData has made for one user. The
// caller holds the folder's lock.
func listenControl(dir string) (net.Listener, error) {
	if err := removeSocket(dir); err != nil {
		return nil, folderError(dir, err)
	}
	short, done, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("cannot open the control socket in %s: %w; it needs Windows 10 (1803) or later and a disk with NTFS", dir, err)
	}
	l.SetUnlinkOnClose(false)
	return l, nil
}
