package engines

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// EndWithUs makes the kernel end a command when the thread that starts it ends, and so
// at the latest with this program.
func EndWithUs(cmd *exec.Cmd) { attributes(cmd).Pdeathsig = syscall.SIGKILL }

// descendants are the processes that a process has started, and those have. PostgreSQL's
// lead groups of their own, so that a signal to the group does not reach them.
func descendants(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid …; the name may hold anything, even brackets.
		rest := text[bytes.LastIndexByte(text, ')')+1:]
		fields := bytes.Fields(rest)
		if len(fields) < 2 {
			continue
		}
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parent, _ := strconv.Atoi(string(fields[1]))
		children[parent] = append(children[parent], child)
	}
	return below(pid, children)
}

// remains lists the processes that work in the server's folder. A database's processes all do,
// and those whose parent has ended cannot be found by it.
func (s *Server) remains() []int {
	if s.Dir == "" {
		return nil
	}
	dir, err := filepath.EvalSymlinks(s.Dir)
	if err != nil {
		return nil // the folder is gone, and so is who worked there
	}
	var left []int
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		at, err := os.Readlink(link)
		if err != nil || at != dir && !strings.HasPrefix(at, dir+"/") {
			continue // it has ended, or is none of ours
		}
		if pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link))); pid != os.Getpid() {
			left = append(left, pid)
		}
	}
	return left
}
