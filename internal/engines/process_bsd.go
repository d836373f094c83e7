//go:build unix && !linux

package engines

import (
	"bytes"
	"fmt"
	"os/exec"
)

// EndWithUs does nothing here: only Linux ends a process with the one that started it.
// What a killed test leaves behind has to be ended by hand.
func EndWithUs(*exec.Cmd) {}

// descendants are the processes that a process has started, and those have, as ps(1)
// lists them; none where it cannot be asked.
func descendants(pid int) []int {
	out, err := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=").Output()
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	for line := range bytes.Lines(out) {
		var child, parent int
		if n, _ := fmt.Sscan(string(line), &child, &parent); n == 2 {
			children[parent] = append(children[parent], child)
		}
	}
	return below(pid, children)
}

// remains cannot be told here: there is no list of where processes work.
func (s *Server) remains() []int { return nil }
