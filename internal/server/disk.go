package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// lookAtDisk is how often the server looks how much room the database has: a question to
// the kernel, which no message waits for.
const lookAtDisk = 2 * time.Second

// disk watches how much room an embedded database has. Below the reserve every account has
// a small budget (see hub.Hub.SetScarce), so that people can still talk while whoever fills
// the disk cannot.
type disk struct {
	// Static.
	space   func(path string) (free, total uint64, err error)
	path    string // the database's folder; "" for none to watch
	reserve Reserve
	scarce  func(bool)

	looking sync.Mutex   // one look at a time
	free    atomic.Int64 // bytes; 0 before the first look, and where it is not known
	blind   trouble      // why the room is not known
	trouble trouble
}

// startDisk watches the disk of an embedded database: a database server's is not this
// machine's to see.
func (s *Server) startDisk(context.Context) (func(context.Context) error, error) {
	d := &s.disk
	s.metrics.watchDisk(d)
	url, err := s.cfg.database()
	if err != nil {
		return nil, err
	}
	path, embedded := strings.CutPrefix(url, "sqlite:")
	if !embedded || s.cfg.DiskReserve == (Reserve{}) {
		return func(context.Context) error { return nil }, nil
	}
	d.path, d.reserve, d.scarce = filepath.Dir(path), s.cfg.DiskReserve, s.hub.SetScarce
	s.ready.watchAlso("disk", d.trouble.get)
	s.lookAtDisk() // before anybody is let in
	return s.every(lookAtDisk, func(context.Context) { s.lookAtDisk() }), nil
}

// lookAtDisk finds out whether there is room, and says so when that changes.
func (s *Server) lookAtDisk() {
	d := &s.disk
	d.looking.Lock()
	defer d.looking.Unlock()
	free, total, err := d.space(d.path)
	if err != nil {
		d.free.Store(0)
		if d.blind.set(err.Error()) {
			why := "cannot see how much room the disk of the database has; disk-reserve has no effect until this can be seen"
			if errors.Is(err, errors.ErrUnsupported) {
				why = "on this system the server cannot see how much room the disk of the database has; disk-reserve has no effect"
			}
			s.log.Warn(why, "folder", d.path, "error", err)
		}
	} else {
		d.blind.set("")
		d.free.Store(int64(min(free, 1<<62))) //nolint:gosec // bounded
	}
	why := d.judge(free, total, err)
	if !d.trouble.set(why) {
		return
	}
	d.scarce(why != "")
	if why != "" {
		s.log.Warn("the disk of the database is nearly full; accounts may send only little until there is space", "why", why, "folder", d.path, "scarce-bytes-per-minute", s.cfg.ScarceBytesPerMinute)
	} else {
		s.log.Info("the disk of the database has room again", "free", Size(d.free.Load()), "folder", d.path)
	}
}

// judge is why there is too little room, "" where there is enough or nobody knows. What has
// begun ends when there is an eighth more than the reserve, so that it does not come and go.
func (d *disk) judge(free, total uint64, err error) string {
	if err != nil {
		return ""
	}
	need := d.reserve.of(total)
	enough := need
	if d.trouble.get() != "" {
		enough += need / 8
	}
	if free >= enough {
		return ""
	}
	return fmt.Sprintf("%d MiB are free on the disk of the database, and %d MiB are to stay free (disk-reserve): each account may send little until there is room; make room", free>>20, need>>20)
}
