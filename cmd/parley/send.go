package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"parley/internal/term"
)

// SendCmd is `parley send`.
type SendCmd struct {
	LoginFlags `embed:"" set:"device=send"`

	To    string        `name:"to" xor:"receiver" placeholder:"NAME|ID" help:"The receiver: a friend's name or any user's id."`
	Group string        `name:"group" xor:"receiver" placeholder:"GID" help:"The group to send to, by its number."`
	JSON  bool          `name:"json" help:"Print the ack as a JSON object instead of only the message's seq."`
	Wait  time.Duration `name:"wait" default:"1m" placeholder:"DURATION" help:"Give up if there is no ack after this time."`
	Text  string        `arg:"" optional:"" help:"The text; - or nothing reads it from standard input."`
}

// Run sends one message; success means that the server has stored it.
func (c SendCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	send := term.Send{
		Account: c.account(), To: c.To, Group: c.Group, Text: c.Text,
		JSON: c.JSON, Wait: c.Wait, In: std.in, Out: std.out,
	}
	return send.Run(ctx)
}
