package main

import (
	"fmt"
	"io"

	"parley/internal/server"
)

// ConfigCmd is `parley config`.
type ConfigCmd struct {
	Default DefaultConfigCmd `cmd:"" help:"Print the default configuration as YAML, with comments."`
	Check   CheckConfigCmd   `cmd:"" help:"Check a configuration file."`
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

// Run says whether `parley serve --config` would take the file.
func (c CheckConfigCmd) Run(std streams) error {
	if _, err := server.CheckFile(c.File); err != nil {
		return err
	}
	_, err := fmt.Fprintf(std.out, "%s is valid\n", c.File)
	return err
}
