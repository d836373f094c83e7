// Command parley is a self-hosted chat server, its clients for the terminal and for
// scripts, and its tools for operators: one program, one file for each subcommand.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"parley/internal/server"
)

// commands is the whole command line.
type commands struct {
	Serve      ServeCmd      `cmd:"" help:"Run the server."`
	Chat       ChatCmd       `cmd:"" help:"Chat, on a terminal or from a pipe."`
	Send       SendCmd       `cmd:"" help:"Send one message and wait for its ack."`
	Tail       TailCmd       `cmd:"" help:"Print messages as they come."`
	Bench      BenchCmd      `cmd:"" help:"Load a server, measure, and account for every message."`
	Admin      AdminCmd      `cmd:"" help:"Look into and control the server that runs on a data folder."`
	Password   PasswordCmd   `cmd:"" help:"Change your password. All sessions of the account end."`
	Key        KeyCmd        `cmd:"" help:"Print, make and change the key of a server for sealed connections."`
	Health     HealthCmd     `cmd:"" help:"Ask a running server whether it is ready, for health checks."`
	Backup     BackupCmd     `cmd:"" help:"Copy the embedded database to a file, also from under a running server."`
	Restore    RestoreCmd    `cmd:"" help:"Check such a copy and put it in the place of the database."`
	Migrate    MigrateCmd    `cmd:"" help:"Copy everything from one database into another: SQLite, MySQL/MariaDB, PostgreSQL."`
	Archive    ArchiveCmd    `cmd:"" help:"Move old messages to files, check them, export them, bring them back."`
	Node       NodeCmd       `cmd:"" help:"List the cluster's nodes, or take one out of it."`
	Config     ConfigCmd     `cmd:"" help:"Print the default configuration, or check a file."`
	DevCluster DevClusterCmd `cmd:"" name:"dev-cluster" help:"Run three nodes, a database server, Redis and HAProxy on this machine, to try a cluster."`
	Licences   LicencesCmd   `cmd:"" help:"Print the licences of everything that is linked into this program."`
	Version    VersionCmd    `cmd:"" help:"Print the version."`

	ShowVersion versionFlag `name:"version" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is main without the process: it gives the exit status, 2 for a command line
// that cannot be read and 1 for a command that failed.
func run(ctx context.Context, args []string, std streams) int {
	exited, status := false, 0
	parser, err := newParser(ctx, new(commands), std, func(code int) { exited, status = true, code })
	if err != nil {
		panic("parley: the command line's description is wrong: " + err.Error())
	}
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case args[0] == "help": // of a command, or of all
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	if exited { // --help
		return status
	}
	if err != nil {
		fmt.Fprintf(std.err, "parley: %v\nparley --help lists what there is.\n", err)
		return 2
	}
	for _, name := range server.UnknownEnv(os.Environ(), envNames(parser.Model.Node)) {
		fmt.Fprintf(std.err, "parley: warning: environment variable %s is not known and has no effect\n", name)
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintf(std.err, "parley: %v\n", err)
		return 1
	}
	return 0
}

// newParser describes the command line. exit is called after --help.
func newParser(ctx context.Context, c *commands, std streams, exit func(int)) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("parley"),
		kong.Description("A self-hosted chat server. `parley serve` starts one; two people with `parley chat` can talk."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ValueFormatter(helpWithDefault),
		kong.Writers(std.out, std.err),
		kong.Exit(exit),
		server.EnvNames(),
		server.Homes(),
		kong.Bind(std),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
}

// versionFlag is --version: it prints what `parley version` does, and ends the program.
type versionFlag bool

// BeforeReset implements kong's hook for flags that act at once.
func (versionFlag) BeforeReset(app *kong.Kong, std streams) error {
	err := VersionCmd{}.Run(std)
	app.Exit(0)
	return err
}

// helpWithDefault is what a flag's help says, with what it is when nobody sets it.
func helpWithDefault(v *kong.Value) string {
	text := kong.DefaultHelpValueFormatter(v)
	if v.Default == "" || v.IsBool() {
		return text
	}
	return strings.TrimSuffix(text, ".") + ". Default: " + v.Default + "."
}

// envNames is every environment variable that some command reads.
func envNames(node *kong.Node) map[string]bool {
	known := map[string]bool{"PARLEY_PASSWORD": true, "PARLEY_NEW_PASSWORD": true} // have no flags: others would see it in the process list
	var add func(*kong.Node)
	add = func(n *kong.Node) {
		for _, f := range n.Flags {
			for _, env := range f.Envs {
				known[env] = true
			}
		}
		for _, child := range n.Children {
			add(child)
		}
	}
	add(node)
	return known
}
