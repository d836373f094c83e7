package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"parley/client"
	"parley/internal/bench"
	"parley/wire"
)

// BenchCmd is `parley bench`.
type BenchCmd struct {
	Server    []string `name:"server" default:"tcp://127.0.0.1:6000" sep:"none" placeholder:"URL" help:"A server, tcp://HOST:PORT or ws://HOST:PORT/ws, or tls:// and wss://. May be given several times: users are spread over all servers, and go to the next one of the same kind when a connection is lost."`
	CA        string   `name:"ca" placeholder:"FILE" help:"PEM file with certificates to trust, besides those of the system, for tls:// and wss://."`
	SealFlags `embed:""`
	Workload  string `name:"workload" default:"direct" enum:"direct,group,offline,idle,presence" help:"direct: pairs; group: groups; offline: receivers log in after the load; idle: users stay; presence: users come and go."`

	Users     int     `name:"users" default:"20" help:"How many users."`
	GroupSize int     `name:"group-size" placeholder:"N" help:"Members of each group; default all users."`
	Senders   int     `name:"senders" placeholder:"N" help:"How many of them send (in presence: come and go). Default: the first of each pair, four of each group, or half of the users in presence."`
	Window    int     `name:"window" default:"16" help:"Unacked messages of each sender, at most 256."`
	Rate      float64 `name:"rate" placeholder:"N" help:"Messages of all senders together in a second. Default: as fast as acks allow. With it, latency counts from the moment when a message was due."`
	Size      int     `name:"size" default:"100" help:"Characters of a message."`

	Duration time.Duration `name:"duration" default:"10s" help:"How long to measure."`
	Warmup   time.Duration `name:"warmup" default:"1s" help:"How long the load runs before that, without measuring."`
	Settle   time.Duration `name:"settle" default:"30s" help:"How long to wait, after the load, for the last displays."`
	Verify   bool          `name:"verify" help:"Account for every single message. Exit status 1 if a message is lost, duplicated, misordered or given up."`
	JSON     bool          `name:"json" help:"Print the report as one JSON object."`

	Invite string `name:"invite" placeholder:"CODE" help:"The code of an invitation, where registration is by invitation. It must be for as many accounts as there are new users."`
	Prefix string `name:"prefix" placeholder:"TEXT" help:"Beginning of the users' names. Existing users are used again, with the password in PARLEY_PASSWORD. Default: a random prefix."`
}

// Run makes the load and prints the report. The first interrupt ends the load, the
// second the program.
func (c BenchCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	password := os.Getenv("PARLEY_PASSWORD")
	if c.Prefix != "" && password == "" {
		return errors.New("--prefix is for users that are used again: set their password in PARLEY_PASSWORD")
	}
	if c.Warmup <= 0 {
		c.Warmup = -1 // none, where 0 would be the default
	}
	var trust *tls.Config
	if c.CA != "" {
		var err error
		if trust, err = client.TrustFile(c.CA); err != nil {
			return err
		}
	}
	report, err := bench.Run(ctx, bench.Options{
		Client: func(o *client.Options) {
			o.TLS, o.Sealed, o.Pin, o.AllowPlaintext = trust, c.Sealed, c.Pin, c.AllowPlaintext
		},
		Servers: c.Server, Workload: c.Workload, Users: c.Users, GroupSize: c.GroupSize, Senders: c.Senders,
		Window: c.Window, Rate: c.Rate, Size: c.Size, Duration: c.Duration, Warmup: c.Warmup, Settle: c.Settle,
		Verify: c.Verify, Prefix: c.Prefix, Password: password, Invite: c.Invite,
		Progress: std.err, Live: isTerminal(std.err),
	})
	if report.Workload != "" {
		c.print(report, std)
	}
	if client.CodeOf(err) == wire.BadRegistrationInvite {
		return fmt.Errorf("%w; make a code there with \"parley admin invite create --uses %d\" and give it with --invite CODE", err, c.Users)
	}
	if err != nil {
		return err
	}
	if !report.Clean() {
		return fmt.Errorf("promises were broken: %d lost, %d duplicated, %d misordered, %d gaps given up",
			report.Lost, report.Duplicated, report.Misordered, report.GivenUp)
	}
	return nil
}

func (c BenchCmd) print(report bench.Report, std streams) {
	if !c.JSON {
		fmt.Fprint(std.out, report.Text())
		return
	}
	fmt.Fprintln(std.out, report.JSON())
	for _, f := range report.Findings {
		fmt.Fprintln(std.err, "fault:", f)
	}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
