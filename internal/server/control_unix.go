//go:build unix

package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// listenControl opens the socket with mode 0600 from its first moment: it is made in
// a private folder, gets its mode, and is then moved to its place, over one that a
// crashed server left. The caller holds the folder's lock.
func listenControl(dir string) (net.Listener, error) {
	private, err := os.MkdirTemp(dir, ".control-")
	if err != nil {
		return nil, folderError(dir, err)
	}
	defer os.RemoveAll(private) // an empty folder left behind does no harm
	short, done, err := socketPath(private)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("cannot open the control socket in %s: %w; the data folder must be on a file system with sockets", dir, err)
	}
	l.SetUnlinkOnClose(false)
	made := filepath.Join(private, SocketName)
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, filepath.Join(dir, SocketName))); err != nil {
		return nil, errors.Join(folderError(dir, err), l.Close())
	}
	return l, nil
}
