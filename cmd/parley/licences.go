package main

import (
	_ "embed"
	"io"
)

// licences is made by tools/licences from what is linked in; the check fails when it is
// not of today.
//
//go:embed licences.txt
var licences string

// LicencesCmd is `parley licences`.
type LicencesCmd struct{}

// Run prints them.
func (LicencesCmd) Run(std streams) error {
	_, err := io.WriteString(std.out, licences)
	return err
}
