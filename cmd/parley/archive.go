package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/internal/server"
)

// ArchiveCmd is `parley archive`.
type ArchiveCmd struct {
	Run     ArchiveRunCmd     `cmd:"" help:"Move old messages to segments now, or continue a run that was interrupted."`
	List    ArchiveListCmd    `cmd:"" help:"List the segments."`
	Verify  ArchiveVerifyCmd  `cmd:"" help:"Read every segment completely and compare it with its record."`
	Export  ArchiveExportCmd  `cmd:"" help:"Write everything that a user may see, or one conversation, as JSON lines."`
	Restore ArchiveRestoreCmd `cmd:"" help:"Bring messages of one conversation back into the database."`
}

// Help says on what it works.
func (ArchiveCmd) Help() string {
	return "It asks the server that runs on the data folder. If none does, it works on the embedded database itself, and needs --archive-to."
}

// archivePlace is which server or database is meant.
type archivePlace struct {
	Data      string `name:"data" default:"./parley-data" placeholder:"DIR" help:"Data folder of the server."`
	ArchiveTo string `name:"archive-to" placeholder:"URL" help:"The place of the archive, if no server runs. It must be the same as the server's."`
}

func (p archivePlace) do(ctx context.Context, o server.ArchiveOrder, tell func(server.ArchiveEvent) error) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	cfg := server.Config{Data: p.Data, ArchiveTo: p.ArchiveTo, ArchiveCache: 64 << 20}
	return server.Archive(ctx, cfg, o, tell)
}

// ArchiveRunCmd is `parley archive run`.
type ArchiveRunCmd struct {
	archivePlace `embed:""`
	OlderThan    server.Age `name:"older-than" default:"90d" placeholder:"AGE" help:"Move messages older than this, such as 90d or 36h."`
}

// Run moves messages.
func (c ArchiveRunCmd) Run(ctx context.Context, std streams) error {
	p := newProgress(std.err)
	o := server.ArchiveOrder{Do: "run", Before: time.Now().Add(-time.Duration(c.OlderThan))}
	err := c.do(ctx, o, func(e server.ArchiveEvent) error {
		if e.Progress != nil {
			p.archive(*e.Progress)
		}
		if e.Done == nil {
			return nil
		}
		p.end()
		_, err := fmt.Fprintf(std.out, "moved %d messages to %d segments of %d bytes\n", e.Done.Messages, e.Done.Segments, e.Done.Bytes)
		return err
	})
	p.end()
	return err
}

// ArchiveListCmd is `parley archive list`.
type ArchiveListCmd struct {
	archivePlace `embed:""`
	JSON         bool `name:"json" help:"Print one JSON object a line."`
}

// Run lists the segments.
func (c ArchiveListCmd) Run(ctx context.Context, std streams) error {
	t := newTable(std.out, "SEGMENT", "MADE", "CONVERSATIONS", "MESSAGES", "BYTES")
	err := c.do(ctx, server.ArchiveOrder{Do: "list"}, func(e server.ArchiveEvent) error {
		if e.Held == nil {
			return nil
		}
		if c.JSON {
			return json.NewEncoder(std.out).Encode(e.Held)
		}
		t.row(e.Held.Name, e.Held.Made.Format(time.RFC3339), e.Held.Conversations, e.Held.Messages, e.Held.Bytes)
		return nil
	})
	if err != nil || c.JSON {
		return err
	}
	return t.flush()
}

// ArchiveVerifyCmd is `parley archive verify`.
type ArchiveVerifyCmd struct {
	archivePlace `embed:""`
	JSON         bool `name:"json" help:"Print one JSON object a line."`
}

// Run verifies; what is wrong makes it fail.
func (c ArchiveVerifyCmd) Run(ctx context.Context, std streams) error {
	good, bad := 0, 0
	err := c.do(ctx, server.ArchiveOrder{Do: "verify"}, func(e server.ArchiveEvent) (err error) {
		f := e.Finding
		if f == nil {
			return nil
		}
		switch {
		case f.Wrong != "":
			bad++
		case !f.Orphan:
			good++
		}
		switch {
		case c.JSON:
			err = json.NewEncoder(std.out).Encode(f)
		case f.Wrong != "":
			_, err = fmt.Fprintf(std.out, "%s: %s\n", f.Name, f.Wrong)
		case f.Orphan:
			_, err = fmt.Fprintf(std.out, "%s: nothing refers to this file; if it is a leftover of this database, it is deleted when it is an hour old\n", f.Name)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case bad > 0:
		return fmt.Errorf("%d of %d segments are missing or damaged: bring them back from a copy of the archive, under the same names", bad, bad+good)
	case !c.JSON:
		_, err = fmt.Fprintf(std.out, "%d segments, all of them whole\n", good)
	}
	return err
}

// whichConversation names a conversation.
type whichConversation struct {
	Group        int64 `name:"group" placeholder:"GID" help:"The group's conversation."`
	Conversation int64 `name:"conversation" placeholder:"N" help:"The conversation with this number, as in frame 28 and in exports."`
}

// ArchiveExportCmd is `parley archive export`.
type ArchiveExportCmd struct {
	archivePlace      `embed:""`
	whichConversation `embed:""`
	User              string `name:"user" placeholder:"NAME" help:"Everything that this user may see."`
}

// Run writes JSON lines.
func (c ArchiveExportCmd) Run(ctx context.Context, std streams) error {
	if c.User == "" && c.Group == 0 && c.Conversation == 0 {
		return errors.New("whose? Give --user NAME, --group GID or --conversation N")
	}
	out := json.NewEncoder(std.out)
	out.SetEscapeHTML(false)
	o := server.ArchiveOrder{Do: "export", User: c.User, Group: c.Group, Conversation: c.Conversation}
	return c.do(ctx, o, func(e server.ArchiveEvent) error {
		if e.Line == nil {
			return nil
		}
		return out.Encode(e.Line)
	})
}

// ArchiveRestoreCmd is `parley archive restore`.
type ArchiveRestoreCmd struct {
	archivePlace      `embed:""`
	whichConversation `embed:""`
	From              int64 `name:"from" default:"1" placeholder:"SEQ" help:"The first message to bring back. All later messages come too."`
}

// Run brings messages back.
func (c ArchiveRestoreCmd) Run(ctx context.Context, std streams) error {
	if c.Group == 0 && c.Conversation == 0 {
		return errors.New("which one? Give --group GID or --conversation N")
	}
	p := newProgress(std.err)
	o := server.ArchiveOrder{Do: "restore", Group: c.Group, Conversation: c.Conversation, From: c.From}
	err := c.do(ctx, o, func(e server.ArchiveEvent) error {
		if e.Progress != nil {
			p.archive(*e.Progress)
		}
		if e.Done == nil {
			return nil
		}
		p.end()
		_, err := fmt.Fprintf(std.out, "brought back %d messages; the next run moves them again unless they are younger than its age\n", e.Done.Messages)
		return err
	})
	p.end()
	return err
}
