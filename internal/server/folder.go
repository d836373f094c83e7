package server

import (
	"fmt"
	"io/fs"
	"os"
)

const (
	groupWrites   = 0o020
	othersWrite   = 0o002
	noOwner       = -1
	whatTheyCould = "could put another database or other keys there"
)

// checkFolder looks at who besides this user can write to the data folder. It returns an
// error where this user can mend that, and a warning where only somebody else can: volumes
// of container platforms often belong to root and are open to everybody.
func checkFolder(dir string) (warning string, err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", folderError(dir, err)
	}
	uid, gid := owner(info)
	return judgeFolder(dir, info.Mode(), uid, gid, os.Geteuid(), os.Getegid())
}

// judgeFolder is checkFolder without a file system. uid and gid are the folder's, noOwner
// where the platform has none.
func judgeFolder(dir string, mode fs.FileMode, uid, gid, me, mine int) (warning string, err error) {
	mayMend := me == 0 || uid == me
	switch {
	case uid == noOwner:
		return "", nil
	case mode&othersWrite != 0 && mayMend:
		return "", fmt.Errorf("everybody on this machine can write to the data folder %s, and %s; take that right away (chmod o-w %s) or choose another folder with --data", dir, whatTheyCould, dir)
	case mode&othersWrite != 0:
		return "everybody on this machine can write to the data folder, and " + whatTheyCould + "; its owner can take that right away (chmod o-w)", nil
	case uid != me && uid != 0 && me != 0:
		return fmt.Sprintf("the data folder belongs to another user (%d), who %s; give it to the server's user (chown)", uid, whatTheyCould), nil
	case mode&groupWrites != 0 && gid != mine:
		return fmt.Sprintf("the group %d can write to the data folder, and its members %s; take that right away (chmod g-w) unless you trust all of them", gid, whatTheyCould), nil
	}
	return "", nil
}

// refuseLink returns an error if path is a symbolic link. What the server keeps in its data
// folder is never reached through one: whoever can make a link there could have the server
// write to a file that they choose, or read keys that they know.
func refuseLink(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a symbolic link, and the server follows none in its data folder; put the file itself there", path)
	}
	return nil // whoever opens it finds out what else is wrong
}

// openOwn is os.OpenFile for a file in the data folder: a link is refused.
func openOwn(path string, flag int, mode fs.FileMode) (*os.File, error) {
	if err := refuseLink(path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, flag|noFollow, mode)
}

// writeOwn is os.WriteFile for a file in the data folder, for its owner alone.
func writeOwn(path string, text []byte) error {
	f, err := openOwn(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
