// Command echo is a bot that answers every message with its own text. It makes its
// account at the first start.
//
//	PARLEY_PASSWORD=… go run ./examples/echo --name echo
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"

	"parley/client"
	"parley/wire"
)

func main() {
	server := flag.String("server", client.DefaultServer, "where the server is")
	name := flag.String("name", "echo", "the bot's account")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *server, *name)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, server, name string) error {
	options := client.Options{
		Server: server, Name: name, Password: os.Getenv("PARLEY_PASSWORD"), Device: "echo",
		OnMessage: func(_ *client.Client, m *client.Message) { echo(ctx, m) },
	}
	if _, err := client.Register(ctx, options); err != nil && client.CodeOf(err) != wire.NameTaken {
		return err
	}
	c, err := client.Dial(ctx, options)
	if err != nil {
		return err
	}
	defer c.Close()
	log.Printf("%s (id %d) answers everything it is told", name, c.Self().ID)
	select {
	case <-ctx.Done():
		// What was answered is told to the server, so that the next run does not answer it again.
		return c.Logout(context.WithoutCancel(ctx))
	case <-c.Done():
		return c.Err() // for example: another program took the device over
	}
}

// echo runs in a handler. The message counts as displayed when it has returned: if the bot
// dies before, the server delivers the message again.
func echo(ctx context.Context, m *client.Message) {
	if m.Mine {
		return // to answer one's own answers would never end
	}
	if _, err := m.Reply(ctx, m.Text); err != nil && !errors.Is(err, context.Canceled) {
		log.Printf("no answer to %s: %v", m.SenderName, err)
	}
}
