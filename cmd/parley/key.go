package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"parley/internal/server"
)

// KeyCmd is `parley key`.
type KeyCmd struct {
	Show   KeyShowCmd   `cmd:"" default:"withargs" help:"Print the fingerprint of the key for sealed connections. In a data folder without a key, make one first."`
	New    KeyNewCmd    `cmd:"" help:"Make a file with a key, for the nodes of a cluster to share."`
	Rotate KeyRotateCmd `cmd:"" help:"Put a new key before the others. Clients that know an older key are still served, and learn the new one."`
	Retire KeyRetireCmd `cmd:"" help:"Remove all keys except the newest. After that, clients that know only an older key are refused."`
}

// keyFile says which file is meant.
type keyFile struct {
	Data string `name:"data" default:"./parley-data" placeholder:"DIR" help:"Data folder of a server."`
	File string `name:"file" placeholder:"FILE" help:"The file itself, as --seal-key names it."`
}

func (k keyFile) path() string {
	if k.File != "" {
		return k.File
	}
	return filepath.Join(k.Data, server.SealKeyFile)
}

// print prints the fingerprints, the current one first.
func (k keyFile) print(std streams) error {
	names, err := server.SealFingerprints(k.path())
	if err != nil {
		return err
	}
	for i, name := range names {
		note := ""
		if i > 0 {
			note = "  (older, for clients that know it)"
		}
		if _, err := fmt.Fprintf(std.out, "%s%s\n", name, note); err != nil {
			return err
		}
	}
	return nil
}

// KeyShowCmd is `parley key show`.
type KeyShowCmd struct{ keyFile }

// Run prints the fingerprints.
func (c KeyShowCmd) Run(_ context.Context, std streams) error {
	err := c.print(std)
	if c.File != "" || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := server.MakeSealKey(c.path()); err != nil && !errors.Is(err, fs.ErrExist) { // a server may have been faster
		return err
	}
	return c.print(std)
}

// KeyNewCmd is `parley key new`.
type KeyNewCmd struct {
	File string `arg:"" help:"The file to make. It must not exist."`
}

// Run makes a key.
func (c KeyNewCmd) Run(_ context.Context, std streams) error {
	if err := server.MakeSealKey(c.File); err != nil {
		return err
	}
	return keyFile{File: c.File}.print(std)
}

// KeyRotateCmd is `parley key rotate`.
type KeyRotateCmd struct{ keyFile }

// Run adds a key.
func (c KeyRotateCmd) Run(_ context.Context, std streams) error {
	if err := server.RotateSealKey(c.path()); err != nil {
		return err
	}
	return c.print(std)
}

// KeyRetireCmd is `parley key retire`.
type KeyRetireCmd struct{ keyFile }

// Run removes the older keys.
func (c KeyRetireCmd) Run(_ context.Context, std streams) error {
	if err := server.RetireSealKeys(c.path()); err != nil {
		return err
	}
	return c.print(std)
}
