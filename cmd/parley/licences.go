package main

import (
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"parley/web"
)

// licences is made by tools/licences from what is linked in; the check fails when it is
// not of today.
//
//go:embed licences.txt
var licences string

// LicencesCmd is `parley licences`.
type LicencesCmd struct{}

// Run prints them, and those of the web client.
func (LicencesCmd) Run(std streams) error {
	client, err := fs.ReadFile(web.Dist(), "licences.txt")
	if err != nil {
		return fmt.Errorf("the licences of the web client: %w", err)
	}
	_, err = io.WriteString(std.out, licences+"\n"+strings.Repeat("=", 78)+"\n"+string(client))
	return err
}
