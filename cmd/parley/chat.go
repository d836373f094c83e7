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
	CA        string `name:"ca" placeholder:"FILE" help:"PEM file with certificates to trust, besides those of the system, for tls:// and wss://. For example, the tls.crt of a server with --tls-self-signed."`
	SealFlags `embed:""`
	Name      string `name:"name" required:"" help:"Your user name. The program asks for the password, or takes it from PARLEY_PASSWORD."`
	Device    string `name:"device" default:"${device}" help:"This program's name among your devices; one program at a time may use it."`
	Register  bool   `name:"register" help:"Make the account first, if the name is free."`
	Invite    string `name:"invite" env:"PARLEY_INVITE" placeholder:"CODE" help:"Make the account first, with the code of an invitation. With --register, the program asks for a code if the server wants one."`
}

// SealFlags are about connections without TLS.
type SealFlags struct {
	Sealed         bool   `name:"sealed" help:"Seal the connection, for tcp:// and ws://. The client keeps the first key that it sees, and the key must stay the same."`
	Pin            string `name:"pin" placeholder:"SHA256:…" help:"Seal the connection, and accept only this key. \"parley key\" on the server prints it."`
	AllowPlaintext bool   `name:"allow-plaintext" help:"Send the password to another machine even if everybody on the network path can read it."`
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
	Linger time.Duration `name:"linger" placeholder:"DURATION" help:"With commands from a pipe: keep receiving for this time after the last command."`

	State     string `name:"state" placeholder:"DIR" help:"Folder for messages that wait to be sent, the history, and the login. Default: $$XDG_STATE_HOME/parley, or ~/.local/state/parley."`
	NoHistory bool   `name:"no-history" help:"Keep no history there."`
	NoState   bool   `name:"no-state" help:"Keep nothing at all: messages without an ack are lost when the program ends, and each start needs the password."`
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
