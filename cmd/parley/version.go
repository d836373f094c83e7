package main

import (
	"encoding/json"
	"fmt"

	"parley/internal/server"
)

// VersionCmd is `parley version`.
type VersionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run says what the program was built from.
func (c VersionCmd) Run(std streams) error {
	v := server.Version()
	if c.JSON {
		return json.NewEncoder(std.out).Encode(v)
	}
	revision := ""
	if v.Revision != "" {
		revision = " " + v.Revision[:min(12, len(v.Revision))]
		if v.Modified {
			revision += " (modified)"
		}
	}
	_, err := fmt.Fprintf(std.out, "parley %s%s %s %s\n", v.Version, revision, v.Go, v.Platform)
	return err
}
