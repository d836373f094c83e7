package main

import (
	"context"
	"fmt"
	"io"

	"parley/internal/server"
)

// ConfigCmd is `parley config`.
type ConfigCmd struct {
	Default DefaultConfigCmd `cmd:"" help:"Print the default configuration as YAML, with comments."`
	Check   CheckConfigCmd   `cmd:"" help:"Check a configuration file like a start does: its settings, the data folder, addresses, certificates and keys."`
}

// DefaultConfigCmd is `parley config default`.
type DefaultConfigCmd struct{}

// Run prints the default configuration.
func (DefaultConfigCmd) Run(std streams) error {
	_, err := io.WriteString(std.out, server.DefaultYAML())
	return err
}

// CheckConfigCmd is `parley config check`.
type CheckConfigCmd struct {
	File string `arg:"" help:"YAML file to check."`
}

// Run says whether `parley serve --config` would start with the file.
func (c CheckConfigCmd) Run(ctx context.Context, std streams) error {
	cfg, err := server.CheckFile(c.File)
	if err != nil {
		return err
	}
	running, err := server.Rehearse(ctx, cfg)
	if err != nil {
		return fmt.Errorf("configuration file %s: %w", c.File, err)
	}
	note := ""
	if running {
		note = "; a server runs on its data folder, so that the addresses were not tried"
	}
	_, err = fmt.Fprintf(std.out, "%s is valid%s\n", c.File, note)
	return err
}
