package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"parley/internal/bus"
	"parley/internal/chat"
)

// Rehearse checks what a start checks, and leaves everything as it is: the settings, the
// data folder, certificate and keys, where old messages go, and that the addresses can be
// listened on. The database server and Redis are not asked. running says that a server runs
// on the data folder, which is why the addresses were not tried. All errors are joined.
func Rehearse(ctx context.Context, cfg Config) (running bool, err error) {
	if err := cfg.Validate(); err != nil {
		return false, err
	}
	var wrong []error
	complain := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	running = isLocked(cfg.Data)
	complain(cfg.rehearseFolder())
	complain(cfg.rehearseKeys())
	_, err = cfg.archiveStorage()
	complain(err)
	if cfg.Bus != "" {
		complain(bus.CheckRedis(cfg.Bus))
	}
	if !running {
		complain(cfg.rehearseAddresses(ctx))
	}
	return running, errors.Join(wrong...)
}

// rehearseFolder looks at the data folder, or, if it is not there yet, whether it could be
// made.
func (c *Config) rehearseFolder() error {
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	for errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		info, err = os.Stat(dir)
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", dir)
	}
	if err != nil {
		return folderError(c.Data, err)
	}
	// A file that is made and removed tells more than the mode does.
	f, err := os.CreateTemp(dir, ".parley-check-")
	if err != nil {
		return folderError(c.Data, err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return folderError(c.Data, err)
	}
	if !sameFile(dir, c.Data) {
		return nil // it will be made, for its owner alone
	}
	_, err = checkFolder(c.Data)
	err = errors.Join(err, refuseLink(filepath.Join(c.Data, lockName)), c.refuseEmptied())
	if path := c.embeddedPath(); path != "" {
		err = errors.Join(err, refuseLink(path))
	}
	return err
}

// rehearseKeys reads the certificate, its key, and the keys for sealed connections.
func (c *Config) rehearseKeys() error {
	s := &Server{cfg: *c, log: slog.New(slog.DiscardHandler), clock: chat.SystemClock{}}
	var err error
	own := filepath.Join(c.Data, selfSignedCert)
	if _, missing := os.Lstat(own); !c.TLSSelfSigned || missing == nil { // it would be made
		_, err = s.tlsConfig()
	}
	k := &sealKeys{path: c.SealKey, log: s.log, clock: s.clock}
	if k.path == "" {
		k.path, k.own = filepath.Join(c.Data, SealKeyFile), true
	}
	if e := k.load(); !k.own || !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}

// rehearseAddresses listens on all addresses at the same time, for a moment.
func (c *Config) rehearseAddresses(ctx context.Context) error {
	var wrong []error
	var open []net.Listener
	for _, a := range []struct{ key, addr string }{{"tcp", c.TCP}, {"http", c.HTTP}, {"admin", c.Admin}} {
		if a.addr == "" {
			continue
		}
		l, err := listen(ctx, a.key, a.addr)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		open = append(open, l)
	}
	for _, l := range open {
		_ = l.Close() // nobody has come
	}
	return errors.Join(wrong...)
}
