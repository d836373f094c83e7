package client

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/wire/seal"
)

// Pins keeps the fingerprints of servers' keys for sealed connections, by the address (host:port) of
// the server. One client makes one call at a time. If several clients share a Pins, it must be safe
// for concurrent use.
type Pins interface {
	// Pin returns the known fingerprint of a server, "" if there is none.
	Pin(server string) (string, error)
	// KeepPin keeps the fingerprint of a server. It replaces an older one.
	KeepPin(server, fingerprint string) error
}

// PinFile returns Pins in a text file. Each line has a server and a fingerprint; the last line of a
// server counts. Several programs may share the file. The file and its folder are made when the first
// fingerprint is kept.
func PinFile(path string) Pins { return pinFile(path) }

type pinFile string

func (p pinFile) Pin(server string) (pin string, err error) {
	f, err := os.Open(string(p))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("client: the known servers cannot be read: %w", err)
	}
	defer f.Close() // it was only read
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		about, fingerprint, _ := strings.Cut(lines.Text(), " ")
		if about == server && len(fingerprint) == seal.FingerprintLen {
			pin = fingerprint
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("client: the known servers cannot be read: %w", err)
	}
	return pin, nil
}

// KeepPin adds a line in one write, so that programs do not get into each other's way.
func (p pinFile) KeepPin(server, fingerprint string) error {
	if err := p.add(server + " " + fingerprint + "\n"); err != nil {
		return fmt.Errorf("client: the server's key cannot be kept: %w", err)
	}
	return nil
}

func (p pinFile) add(line string) error {
	if err := os.MkdirAll(filepath.Dir(string(p)), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(string(p), os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if torn(f) {
		line = "\n" + line
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Sync(), f.Close())
}

// torn reports whether the last line has no end: a crash may have cut it.
func torn(f *os.File) bool {
	end := make([]byte, 1)
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	_, err = f.ReadAt(end, info.Size()-1)
	return err == nil && end[0] != '\n'
}
