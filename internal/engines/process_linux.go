package engines

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
