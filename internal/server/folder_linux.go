package server

import (
	"fmt"
	"io/fs"
	"syscall"
)

// changedAt is which file this is and when it was last changed in any way, by the file
// system's own account.
func changedAt(info fs.FileInfo) string {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d %d.%09d", st.Ino, st.Ctim.Sec, st.Ctim.Nsec)
}
