package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"parley/internal/term"
)

// LoginFlags say which server, and who. The password has no flag, because others
// would see it in the process list: it is asked for, or taken from PARLEY_PASSWORD.
type LoginFlags struct {
	Server    string `name:"server" default:"tcp://127.0.0.1:6000" placeholder:"URL" help:"The server: tls://HOST:PORT or wss://HOST/ws; without encryption tcp://HOST:PORT or ws://HOST:PORT/ws."`
	CA        string `name:"ca" placeholder:"FILE" help:"Whom to trust besides what the system does, for tls:// and wss://: a PEM file, such as the tls.crt of a server with --tls-self-signed."`
	SealFlags `embed:""`
	Name      string `name:"name" required:"" help:"Your user name. The password is asked for, or taken from PARLEY_PASSWORD."`
	Device    string `name:"device" default:"${device}" help:"This program's name among your devices; one program at a time may use it."`
	Register  bool   `name:"register" help:"Make the account first, if the name is free."`
	Invite    string `name:"invite" env:"PARLEY_INVITE" placeholder:"CODE" help:"Make the account first, with the code of an invitation. With --register, it is asked for where the server wants one."`
}

// SealFlags are about connections without TLS.
type SealFlags struct {
	Sealed         bool   `name:"sealed" help:"Seal the connection, for tcp:// and ws://. The server's key is taken as it is found the first time and must stay the same."`
	Pin            string `name:"pin" placeholder:"SHA256:…" help:"Seal the connection, and take this key of the server alone; \"parley key\" prints it there."`
	AllowPlaintext bool   `name:"allow-plaintext" help:"Send the password to another machine even where everybody on the way can read it."`
}

// account is what the flags say, with the password of the environment.
func (f LoginFlags) account() term.Account {
	return term.Account{
		Server: f.Server, Name: f.Name, Device: f.Device, Register: f.Register, Invite: f.Invite,
		Password: os.Getenv("PARLEY_PASSWORD"), CA: f.CA,
		Sealed: f.Sealed, Pin: f.Pin, AllowPlaintext: f.AllowPlaintext,
	}
}

// ChatCmd is `parley chat`.
type ChatCmd struct {
	LoginFlags `embed:"" set:"device=terminal"`

	JSON   bool          `name:"json" help:"Print one JSON object a line for every event and result."`
	Linger time.Duration `name:"linger" placeholder:"DURATION" help:"With commands from a pipe: go on receiving so long after the last one."`

	State     string `name:"state" placeholder:"DIR" help:"Where to keep messages that wait to be sent, what was said, and the login; default $$XDG_STATE_HOME/parley, or ~/.local/state/parley."`
	NoHistory bool   `name:"no-history" help:"Keep nothing of what was said there."`
	NoState   bool   `name:"no-state" help:"Keep nothing at all: what has no ack when the program ends is lost, and each start needs the password."`
}

// Help documents the output for scripts, below the flags.
func (ChatCmd) Help() string {
	return "Type /help for the commands. Standard input that is not a terminal is taken as commands, " +
		"each finished before the next.\n\n" + term.JSONHelp
}

// Run chats until the end of input, /quit, or an interrupt.
func (c ChatCmd) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	state := c.State
	if state == "" && !c.NoState {
		var err error
		if state, err = term.StateFolder(); err != nil {
			return err
		}
	}
	if c.NoState {
		state = ""
	}
	chat := term.Chat{
		Account: c.account(), JSON: c.JSON, Linger: c.Linger, In: std.in, Out: std.out,
		State: state, NoHistory: c.NoHistory,
	}
	return chat.Run(ctx)
}
