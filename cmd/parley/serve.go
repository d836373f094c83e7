package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"parley/internal/platform"
	"parley/internal/server"
)

// ServeCmd is `parley serve`. Its flags are the whole configuration.
type ServeCmd struct {
	ConfigFile string `name:"config" placeholder:"FILE" help:"YAML file with settings; \"parley config default\" prints one. A flag overrides the environment, and the environment overrides the file."`

	server.Config `embed:""`
}

// BeforeResolve puts the file's values below flags and environment.
func (c *ServeCmd) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	return resolveFile(ctx, trace)
}

// resolveFile reads the file that --config names, if it names one, for the other flags
// of the command.
func resolveFile(ctx *kong.Context, trace *kong.Path) error {
	for _, f := range trace.Node().Flags {
		if f.Name != "config" {
			continue
		}
		path, _ := ctx.FlagValue(f).(string)
		if path == "" {
			return nil
		}
		file, err := server.ReadFile(path)
		if err != nil {
			return err
		}
		ctx.AddResolver(file)
	}
	return nil
}

// Run serves until a signal, an operator's stop, or a failure. The first signal
// stops in order, the second at once.
func (c *ServeCmd) Run(ctx context.Context, std streams) error {
	platform.KeepFilesOwn() // the database holds what only its owner may read
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	defer signal.Stop(signals)
	stopping, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan struct{})
	defer close(ended)
	go obey(signals, stop, ended, std)

	s, err := server.Start(stopping, c.Config, std.out, std.err)
	if err != nil {
		return err
	}
	select {
	case <-stopping.Done():
	case <-s.StopWanted():
	case err = <-s.Failed():
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.StopTimeout())
	defer cancel()
	return errors.Join(err, s.Stop(deadline))
}

// obey turns the first signal into a stop and the second into the end.
func obey(signals <-chan os.Signal, stop context.CancelFunc, ended <-chan struct{}, std streams) {
	select {
	case <-signals:
		stop()
	case <-ended:
		return
	}
	select {
	case again := <-signals:
		fmt.Fprintf(std.err, "parley: %v again: stopping at once\n", again)
		os.Exit(1)
	case <-ended:
	}
}
