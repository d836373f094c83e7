//go:build unix

package engines

import (
	"os"
	"os/exec"
	"syscall"
)

// account is the user that a server runs as; nil for ours.
type account = syscall.Credential

// runAs makes a command run as a user.
func runAs(cmd *exec.Cmd, as *account) { attributes(cmd).Credential = as }

// attributes are a command's own, made if need be.
func attributes(cmd *exec.Cmd) *syscall.SysProcAttr {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	return cmd.SysProcAttr
}

// apart runs a command in a group of its own, where a Ctrl-C does not reach it.
func apart(cmd *exec.Cmd) { attributes(cmd).Setpgid = true }

// Freeze stops a process where it stands.
func Freeze(p *os.Process) error { return p.Signal(syscall.SIGSTOP) }

// Thaw lets a frozen process go on.
func Thaw(p *os.Process) error { return p.Signal(syscall.SIGCONT) }

// Gone reports whether there is no process with an id.
func Gone(pid int) bool { return syscall.Kill(pid, 0) != nil }

// Freeze stops every process of the server where it stands.
func (s *Server) Freeze() error { return s.Signal(syscall.SIGSTOP) }

// Continue lets a frozen server go on.
func (s *Server) Continue() error { return s.Signal(syscall.SIGCONT) }

// Signal sends a signal to every process of the server, its parent first.
func (s *Server) Signal(sig syscall.Signal) error {
	if err := syscall.Kill(s.PID(), sig); err != nil {
		return err
	}
	for _, child := range descendants(s.PID()) {
		_ = syscall.Kill(child, sig) // it may have ended meanwhile
	}
	return nil
}

// below lists all that stand below a process, given each one's children.
func below(pid int, children map[int][]int) []int {
	var all []int
	for queue := []int{pid}; len(queue) > 0; queue = queue[1:] {
		all = append(all, children[queue[0]]...)
		queue = append(queue, children[queue[0]]...)
	}
	return all
}
