//go:build !linux

package main

import (
	"errors"
	"runtime"
)

// DevClusterCmd is `parley dev-cluster`, which there is on Linux alone: only there end the
// servers that it starts with it, however it ends.
type DevClusterCmd struct {
	Args []string `arg:"" optional:"" passthrough:"" hidden:""`
}

// Run says how to try a cluster here.
func (DevClusterCmd) Run() error {
	return errors.New("dev-cluster runs on Linux, and this is " + runtime.GOOS +
		"; to try a cluster here, run docker compose -f deploy/compose.yaml up in the sources, or use a Linux virtual machine")
}
