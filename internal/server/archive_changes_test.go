package server

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/archive"
	"parley/internal/chat"
	"parley/internal/store/moving"
)

// change changes a message of a conversation, in the name of who has said everything there.
func (c *cellar) change(which int, ch chat.Change) {
	c.t.Helper()
	id := c.convs[which]
	heads, err := c.db.Heads(c.t.Context(), []chat.ConvID{id})
	if err != nil {
		c.t.Fatal(err)
	}
	done := make(chan error, 1)
	c.db.SetAppended(func(batch []*chat.Append, _ bool) { done <- batch[0].Err })
	first := c.said[id][0]
	c.db.Append(&chat.Append{
		Conv: id, Version: heads[0].Version, Sender: first.Sender, Device: first.Device,
		Session: chat.SessionID(which + 1), Change: &ch,
	})
	if err := <-done; err != nil {
		c.t.Fatalf("%s of %d: %v", ch.Op, ch.Seq, err)
	}
}

// exported is one line of an export of a conversation.
func (c *cellar) exported(which int, seq int64) (line archive.Line) {
	c.t.Helper()
	if err := c.ExportConversation(c.t.Context(), c.convs[which], func(l archive.Line) error {
		if l.Seq == seq {
			line = l
		}
		return nil
	}); err != nil {
		c.t.Fatal(err)
	}
	return line
}

// raw is the text of a message where it is kept, whatever was done to it.
func (c *cellar) raw(which int, seq int64) string {
	c.t.Helper()
	page, err := c.Store.Page(c.t.Context(), c.convs[which], seq-1, seq, 1, 1<<20)
	if err != nil || len(page) != 1 {
		c.t.Fatalf("%d messages, %v", len(page), err)
	}
	return page[0].Body
}

// TestChangesOfArchivedMessages: what is in a segment can be edited and recalled. Exports show the
// present at once. A recalled text goes out of the segment when it is written anew, and does not
// come back with messages that are brought back.
func TestChangesOfArchivedMessages(t *testing.T) {
	s, _ := folderStorage(t)
	c := newCellar(t, s)
	c.talk(400, 300)
	c.run()
	was := c.raw(0, 5)
	c.change(0, chat.Change{Op: chat.Edit, Seq: 5, Body: "another text"})
	c.change(0, chat.Change{Op: chat.React, Seq: 5, Emoji: "👍"})
	c.change(0, chat.Change{Op: chat.Recall, Seq: 10})
	c.change(1, chat.Change{Op: chat.Recall, Seq: 20})
	c.change(1, chat.Change{Op: chat.Recall, Seq: 300}) // the last one is in the database
	if l := c.exported(0, 5); l.Text != "another text" || l.Edited == "" || fmt.Sprint(l.Reactions) != "[{👍 1}]" {
		t.Errorf("an edited message is exported as %+v", l)
	}
	for which, seq := range map[int]int64{0: 10, 1: 20} {
		if l := c.exported(which, seq); l.Text != "" || !l.Recalled {
			t.Errorf("a recalled message is exported as %+v", l)
		}
		if c.raw(which, seq) == "" {
			t.Error("the segment has no text, before it was written anew")
		}
	}
	if c.raw(1, 300) != "" {
		t.Error("the database has the text of a recalled message")
	}
	if n, err := c.EmptyRecalled(t.Context()); err != nil || n != 2 {
		t.Errorf("%d texts were taken out, %v", n, err)
	}
	c.Store = archive.NewStore(c.db, s, 8<<20)
	if c.raw(0, 10) != "" || c.raw(1, 20) != "" || c.raw(0, 5) != was {
		t.Errorf("the segment has %q, %q, %q", c.raw(0, 10), c.raw(1, 20), c.raw(0, 5))
	}
	if n, err := c.EmptyRecalled(t.Context()); err != nil || n != 0 {
		t.Errorf("%d texts were taken out once more, %v", n, err)
	}
	c.wholeArchive()

	c.change(0, chat.Change{Op: chat.Recall, Seq: 11})
	if n, err := c.Restore(t.Context(), c.convs[0], 1, func(archive.Progress) {}); err != nil || n != 399 {
		t.Errorf("%d messages were brought back, %v", n, err)
	}
	if c.raw(0, 11) != "" || c.raw(0, 12) == "" {
		t.Errorf("brought back with the texts %q and %q", c.raw(0, 11), c.raw(0, 12))
	}
	if n, err := c.EmptyRecalled(t.Context()); err != nil || n != 0 {
		t.Errorf("%d texts were taken out of segments that hold them no more, %v", n, err)
	}
	// Erasing a user empties what they put in by edits, too.
	if _, err := c.Erase(t.Context(), c.said[c.convs[0]][0].Sender, func(archive.Progress) {}); err != nil {
		t.Fatal(err)
	}
	if l := c.exported(0, 5); l.Text != "" {
		t.Errorf("an erased user has said %q", l.Text)
	}
}

// TestARecalledTextIsInNoFile: a copy of the database that is made after a recall does not have the
// text in any of its bytes, nor does the database itself once its log was folded in.
func TestARecalledTextIsInNoFile(t *testing.T) {
	const secret = "the words that should never have been said"
	c, n := newCellar(t, nil), 0
	c.noise = func() string {
		switch n++; n {
		case 150:
			return secret
		case 160: // longer than a page of the database
			return strings.Repeat("and on and on ", 250) + secret
		}
		return fmt.Sprintf("message %d with some words", n)
	}
	c.talk(300)
	c.change(0, chat.Change{Op: chat.Edit, Seq: 150, Body: secret + ", again"})
	c.change(0, chat.Change{Op: chat.Recall, Seq: 150})
	c.change(0, chat.Change{Op: chat.Recall, Seq: 160})
	path := filepath.Join(t.TempDir(), "copy.db")
	if _, err := moving.Backup(t.Context(), c.path, path, nil); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte("message 149 with some words")) {
		t.Error("the copy has no texts at all")
	}
	if bytes.Contains(data, []byte(secret)) {
		t.Error("the copy has the text of a recalled message")
	}
}
