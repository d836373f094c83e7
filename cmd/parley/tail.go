package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"parley/internal/term"
)

// TailCmd is `parley tail`.
type TailCmd struct {
	LoginFlags `embed:"" set:"device=tail"`

	JSON  bool `name:"json" help:"Print one JSON object a line."`
	Count int  `name:"count" short:"n" placeholder:"N" help:"Stop after N messages."`
}

// Run prints messages until it is interrupted or has printed enough.
func (c TailCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	tail := term.Tail{Account: c.account(), JSON: c.JSON, Count: c.Count, Out: std.out}
	return tail.Run(ctx)
}
