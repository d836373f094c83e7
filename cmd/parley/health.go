package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"parley/internal/server"
)

// HealthCmd is `parley health`. It finds the server's address where the server does, so
// that in a container it needs no arguments and no other program.
type HealthCmd struct {
	ConfigFile string        `name:"config" placeholder:"FILE" help:"The server's YAML file, if it has one."`
	Admin      string        `name:"admin" default:"127.0.0.1:8081" placeholder:"ADDR" help:"The server's admin address, HOST:PORT."`
	Timeout    time.Duration `name:"timeout" default:"3s" help:"How long to wait for the answer."`
}

// BeforeResolve puts the file's values below flags and environment, as the server does.
func (c *HealthCmd) BeforeResolve(ctx *kong.Context, trace *kong.Path) error {
	return resolveFile(ctx, trace)
}

// Run prints what the server says; one that is not ready is an error.
func (c *HealthCmd) Run(ctx context.Context, std streams) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	h, err := server.AskHealth(ctx, c.Admin)
	if err != nil {
		return err
	}
	if !h.Ready {
		return errors.New(h.String())
	}
	_, err = fmt.Fprintln(std.out, h)
	return err
}
