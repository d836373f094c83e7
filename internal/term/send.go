package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"parley/client"
)

// Send sends one message and waits for its ack.
type Send struct {
	Account
	To    string // a friend's name or a user's id; or
	Group string // a group's number
	Text  string // "" or "-" is standard input
	JSON  bool   // print the ack as a JSON object instead of the seq alone
	Wait  time.Duration
	In    io.Reader
	Out   io.Writer
}

// Run returns nil only after the ack.
func (s *Send) Run(ctx context.Context) error {
	if (s.To == "") == (s.Group == "") {
		return errors.New("give --to NAME|ID or --group GID")
	}
	text := s.Text
	if text == "" || text == "-" {
		var err error
		if text, err = readText(s.In); err != nil {
			return err
		}
	}
	text, err := fit(text)
	if err != nil {
		return fmt.Errorf("not sent: %w", err)
	}
	if s.Wait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.Wait)
		defer cancel()
	}
	who := newRoster()
	c, err := s.login(ctx, func(o *client.Options) { o.OnEvent = func(_ *client.Client, e client.Event) { who.follow(e) } })
	if err != nil {
		return err
	}
	defer c.Close()
	to, err := s.receiver(ctx, c, who)
	if err != nil {
		return err
	}
	r, err := c.SendTo(ctx, to, text)
	if err != nil {
		return fmt.Errorf("not sent: %w", err)
	}
	out := &show{out: s.Out}
	if s.JSON {
		out.object(ackRecord(r, text))
	} else {
		out.line("%d", r.Seq)
	}
	_ = c.Logout(ctx) // stored is stored, whether or not the server hears the goodbye
	return nil
}

func (s *Send) receiver(ctx context.Context, c *client.Client, who *roster) (client.Conversation, error) {
	if s.Group != "" {
		id, err := gid(s.Group)
		return client.Group(id), err
	}
	id, err := who.user(ctx, c, s.To)
	return client.Direct(id), err
}
