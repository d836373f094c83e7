package platform

import "golang.org/x/sys/windows"

// DiskSpace returns how many bytes this process may still write to the file system that a
// folder is on, and how many it has in all. It returns errors.ErrUnsupported where the
// system cannot say.
func DiskSpace(path string) (free, total uint64, err error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, err
	}
	err = windows.GetDiskFreeSpaceEx(name, &free, &total, nil)
	return free, total, err
}
