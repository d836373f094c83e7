//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"parley/internal/devcluster"
)

// DevClusterCmd is `parley dev-cluster`.
type DevClusterCmd struct {
	Dir      string        `name:"dir" default:"./parley-cluster" placeholder:"DIR" help:"Folder for everything the cluster keeps."`
	Database string        `name:"database" default:"postgres" enum:"postgres,mariadb" help:"Database server: postgres or mariadb."`
	TCP      string        `name:"tcp" default:"127.0.0.1:6000" placeholder:"ADDR" help:"Address of the load balancer for TCP clients."`
	HTTP     string        `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address of the load balancer for WebSockets."`
	Every    time.Duration `name:"every" default:"10s" help:"How often each node's sessions and health are shown."`
}

// Run runs the cluster until a signal, and stops all of it again.
func (c DevClusterCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cluster, err := devcluster.Start(ctx, devcluster.Options{
		Dir: c.Dir, Database: c.Database, TCP: c.TCP, Web: c.HTTP, Program: program, Log: std.err,
	})
	if err != nil {
		return err
	}
	cluster.Describe(std.out)
	fmt.Fprintln(std.out, "Ctrl-C stops all of it; what was said is kept for the next time.")
	tick := time.NewTicker(max(c.Every, time.Second))
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			cluster.Show(ctx, std.out)
		case <-ctx.Done():
			stop() // a second signal ends it at once
			fmt.Fprintln(std.out, "stopping")
			cluster.Stop()
			return nil
		}
	}
}
