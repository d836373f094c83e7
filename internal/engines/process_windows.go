package engines

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// On Windows this package compiles, so that tests that need no servers run there. Servers
// do not: they are not run on it, and there are no signals to freeze or stop them with.

var errWindows = fmt.Errorf("%w on Windows; `make container` runs all tests in a container", errors.ErrUnsupported)

// account is the user that a server runs as; nil for ours.
type account struct{ Uid, Gid uint32 }

func runAs(*exec.Cmd, *account) {}

func apart(*exec.Cmd) {}

// EndWithUs does nothing: only Linux ends a process with the one that started it.
func EndWithUs(*exec.Cmd) {}

// Freeze returns an error: there are no signals on Windows.
func Freeze(*os.Process) error { return errWindows }

// Thaw returns an error: there are no signals on Windows.
func Thaw(*os.Process) error { return errWindows }

// Gone reports whether there is no process with an id.
func Gone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	_ = p.Release() // it was only looked for
	return false
}

// Freeze returns an error: there are no signals on Windows.
func (s *Server) Freeze() error { return errWindows }

// Continue returns an error: there are no signals on Windows.
func (s *Server) Continue() error { return errWindows }

func (s *Server) remains() []int { return nil }

// Signal ends the server, whatever the signal.
func (s *Server) Signal(syscall.Signal) error { return s.process().Process.Kill() }
