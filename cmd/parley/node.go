package main

import (
	"context"
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"parley/internal/server"
)

// NodeCmd is `parley node`.
type NodeCmd struct {
	Data string `name:"data" default:"./parley-data" placeholder:"DIR" help:"Data folder of the running node."`

	List  NodesCmd `cmd:"" help:"List the nodes of the cluster as this node sees them."`
	Drain DrainCmd `cmd:"" help:"Take this node out of the cluster in order, and wait until it has stopped."`
}

// AfterApply hands the data folder to the command below.
func (c *NodeCmd) AfterApply(ctx *kong.Context) error {
	ctx.Bind(server.NewOperator(c.Data))
	return nil
}

// NodesCmd is `parley node list`.
type NodesCmd struct {
	JSON bool `name:"json" help:"Print one JSON object a line."`
}

// Run lists the nodes.
func (c NodesCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	rows, err := o.Nodes(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return jsonLines(std.out, rows)
	}
	t := newTable(std.out, "NODE", "NAME", "LEASE", "BEAT")
	for _, n := range rows {
		t.row(n.Node, n.Name, lease(n), beat(n))
	}
	return t.flush()
}

func lease(n server.NodeRow) string {
	if n.Lost {
		return "lost"
	}
	return fmt.Sprintf("renewed %s ago", ago(n.Still))
}

func beat(n server.NodeRow) string {
	switch {
	case n.Here:
		return "this one"
	case n.Heard < 0:
		return "never heard"
	default:
		return fmt.Sprintf("heard %s ago", ago(n.Heard))
	}
}

func ago(ms int64) time.Duration {
	return (time.Duration(ms) * time.Millisecond).Round(100 * time.Millisecond)
}

// DrainCmd is `parley node drain`.
type DrainCmd struct {
	Delay  string        `name:"delay" placeholder:"TIME" help:"How long the node still serves while /readyz says that it is draining, instead of the server's --drain-delay."`
	Window string        `name:"window" placeholder:"TIME" help:"The time over which the goodbyes are spread, instead of the server's --drain-window."`
	Wait   time.Duration `name:"wait" default:"1h" help:"How long to wait for the end."`
}

// Run drains the node and waits for its end.
func (c DrainCmd) Run(ctx context.Context, std streams, o *server.Operator) error {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	if err := o.Drain(ctx, c.Delay, c.Window); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out, "drained and stopped")
	return err
}
