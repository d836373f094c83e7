package server

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"parley/internal/chat"
	"parley/wire/seal"
)

// SealKeyFile is the file with the keys for sealed connections in the data folder.
const SealKeyFile = "seal.key"

// sealKeys are the keys of sealed connections, as they stand in a file: the first is the
// one that new clients are given, and the rest are for those who know them from before.
// It is read again when it has changed.
type sealKeys struct {
	path   string
	own    bool // it may be made
	log    *slog.Logger
	clock  chat.Clock
	making sync.WaitGroup

	mu sync.Mutex
	// Guarded by mu.
	keys    []*seal.Key
	stamp   time.Time
	checked time.Time
}

// sealKeys finds the keys; nil where sealed connections are not offered.
func (s *Server) sealKeys() (*sealKeys, error) {
	k := &sealKeys{path: s.cfg.SealKey, log: s.log, clock: s.clock}
	if k.path == "" {
		if s.cfg.clustered() {
			s.log.Info("sealed connections are not offered: the nodes of a cluster need one key; make it with \"parley key new\" and name it with --seal-key on all of them")
			return nil, nil
		}
		k.path, k.own = filepath.Join(s.cfg.Data, SealKeyFile), true
	}
	err := k.load()
	switch {
	case err == nil:
		s.log.Info("sealed connections", "key", k.keys[0].Fingerprint())
	case !k.own || !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case s.tls == nil && (beyond(s.cfg.TCP) || beyond(s.cfg.HTTP)):
		// Others will want it, and its fingerprint is to be read here.
		k.making.Go(func() {
			if key, _, err := k.SealKey(""); err == nil {
				s.log.Info("sealed connections", "key", key.Fingerprint())
			}
		})
	}
	return k, nil
}

// beyond reports whether an address can be reached from other machines.
func beyond(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || host == "localhost" {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsLoopback()
}

// SealKey implements gate.SealKeys.
func (k *sealKeys) SealKey(pin string) (key *seal.Key, current string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(); err != nil {
		return nil, "", err
	}
	current = k.keys[0].Fingerprint()
	for _, key := range k.keys {
		if key.Fingerprint() == pin {
			return key, current, nil
		}
	}
	return k.keys[0], current, nil
}

// refresh reads the file where it has changed, and makes it where it may; k.mu is held.
// A file that cannot be used leaves the last keys.
func (k *sealKeys) refresh() error {
	now := k.clock.Now()
	if k.keys != nil && now.Sub(k.checked) < renewCheck {
		return nil
	}
	k.checked = now
	info, err := os.Stat(k.path)
	if err == nil && k.keys != nil && info.ModTime().Equal(k.stamp) {
		return nil
	}
	had := k.keys != nil
	err = k.load()
	if errors.Is(err, fs.ErrNotExist) && k.own && !had {
		if err = MakeSealKey(k.path); err == nil || errors.Is(err, fs.ErrExist) {
			err = k.load()
		}
	}
	switch {
	case err == nil && had:
		k.log.Info("the keys for sealed connections were read anew", "key", k.keys[0].Fingerprint(), "others", len(k.keys)-1)
	case err != nil && had:
		k.log.Error("the new keys for sealed connections cannot be used; the old keys stay", "error", err)
		return nil
	}
	return err
}

// load reads the file; k.mu is held, or nobody else knows k.
func (k *sealKeys) load() error {
	if k.own {
		if err := refuseLink(k.path); err != nil {
			return err
		}
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("the keys for sealed connections cannot be read: %w; make them with \"parley key new\"", err)
	}
	keys, err := readSealKeys(k.path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o004 != 0 && runtime.GOOS != "windows" { // which has other rights than these
		k.log.Warn("everybody on this machine can read the keys for sealed connections; remove that permission (chmod o= FILE)", "file", k.path)
	}
	k.keys, k.stamp = keys, info.ModTime()
	return nil
}

func readSealKeys(path string) ([]*seal.Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the keys for sealed connections cannot be read: %w", err)
	}
	keys, err := seal.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("the keys for sealed connections in %s cannot be used: %w", path, err)
	}
	return keys, nil
}

// SealFingerprints returns the fingerprints of the keys in a file, the current one first.
func SealFingerprints(path string) ([]string, error) {
	keys, err := readSealKeys(path)
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Fingerprint()
	}
	return names, err
}

// MakeSealKey makes a file with a new key, for its owner alone. One that exists is not
// touched: fs.ErrExist.
func MakeSealKey(path string) error {
	key, err := seal.NewKey()
	if err != nil {
		return err
	}
	return writeSealKeys(path, os.Link, key)
}

// RotateSealKey puts a new key before those in a file. Clients that know an older one are
// served by it, and told the new one.
func RotateSealKey(path string) error {
	keys, err := readSealKeys(path)
	if err != nil {
		return err
	}
	key, err := seal.NewKey()
	if err != nil {
		return err
	}
	return writeSealKeys(path, os.Rename, append([]*seal.Key{key}, keys...)...)
}

// RetireSealKeys leaves only the current key in a file. Clients that know only an older
// one are refused from then on.
func RetireSealKeys(path string) error {
	keys, err := readSealKeys(path)
	if err != nil {
		return err
	}
	return writeSealKeys(path, os.Rename, keys[0])
}

// writeSealKeys writes a file whole, or not at all; place puts it where it belongs.
func writeSealKeys(path string, place func(from, to string) error, keys ...*seal.Key) error {
	var text bytes.Buffer
	for _, k := range keys {
		block, err := k.PEM()
		if err != nil {
			return err
		}
		text.Write(block)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".seal-") // mode 0600
	if err != nil {
		return folderError(filepath.Dir(path), err)
	}
	defer os.Remove(f.Name()) // gone already where it was renamed
	_, err = f.Write(text.Bytes())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the key cannot be written: %w", err)
	}
	if err := place(f.Name(), path); err != nil {
		return fmt.Errorf("the key cannot be put to %s: %w", path, err)
	}
	return nil
}
