package term

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/client"
)

// profileRow is a profile as JSON.
type profileRow struct {
	Display      string `json:"display,omitempty"`
	About        string `json:"about,omitempty"`
	Friend       bool   `json:"friend,omitzero"`
	Seen         string `json:"seen,omitempty"`
	HideReceipts bool   `json:"hide_receipts,omitzero"`
	HideSeen     bool   `json:"hide_seen,omitzero"`
}

func profileOf(p *client.Profile) *profileRow {
	r := profileRow{Display: p.Display, About: p.About, Friend: p.Friend, HideReceipts: p.HideReceipts, HideSeen: p.HideSeen}
	if !p.Seen.IsZero() {
		r.Seen = stamp(p.Seen)
	}
	return &r
}

// profile shows what somebody shows of themselves; of the user if nobody is named.
func (ch *Chat) profile(ctx context.Context, who string) error {
	id := int64(0)
	if who != "" {
		var err error
		if id, err = ch.who.user(ctx, ch.c, who); err != nil {
			return err
		}
	}
	p, err := ch.c.Profile(ctx, id)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/profile", ID: p.ID, Name: p.Name, Profile: profileOf(&p)}, "")
		return nil
	}
	for _, line := range profileLines(&p) {
		ch.show.line("  %s", line)
	}
	return nil
}

func profileLines(p *client.Profile) []string {
	lines := []string{called(p.User, p.Display)}
	if p.About != "" {
		lines = append(lines, name(p.About))
	}
	switch {
	case !p.Friend:
	case p.Online:
		lines = append(lines, "online")
	case p.Seen.IsZero():
		lines = append(lines, "offline")
	default:
		lines = append(lines, "last seen "+p.Seen.Local().Format("2006-01-02 15:04"))
	}
	if !p.Deletes.IsZero() {
		lines = append(lines, "your account will be deleted on "+p.Deletes.Local().Format(time.DateTime)+"; /delete-account cancel takes that back")
	}
	if p.HideReceipts {
		lines = append(lines, "nobody is told what you have read, and you are not told it of others")
	}
	if p.HideSeen {
		lines = append(lines, "nobody is told when you were last here, and you are not told it of others")
	}
	return lines
}

// called is a user with the display name, if there is one. The name of the account is always there:
// several users may have the same display name.
func called(u client.User, display string) string {
	if display == "" {
		return label(u.Name, u.ID)
	}
	return name(display) + " (" + label(u.Name, u.ID) + ")"
}

func (ch *Chat) display(ctx context.Context, args string) error {
	words := "you are called by your name"
	if args != "" {
		words = "you are called " + name(args)
	}
	return ch.updateProfile(ctx, "/display", client.ProfileChange{Display: &args}, words)
}

func (ch *Chat) aboutMe(ctx context.Context, args string) error {
	return ch.updateProfile(ctx, "/about", client.ProfileChange{About: &args}, "your profile has it now")
}

func (ch *Chat) private(ctx context.Context, args string) error {
	what, state, _ := strings.Cut(args, " ")
	hide := state == "on"
	var change client.ProfileChange
	switch what {
	case "receipts":
		change.HideReceipts = &hide
	case "seen":
		change.HideSeen = &hide
	default:
		state = ""
	}
	if !hide && state != "off" {
		return errors.New("what is private? /private receipts on (what you have read), /private seen on (when you were last here), or off")
	}
	words := "others are told again, and you are told of them"
	if hide {
		words = "others are not told any more, and you are not told of them"
	}
	return ch.updateProfile(ctx, "/private", change, words)
}

func (ch *Chat) updateProfile(ctx context.Context, command string, change client.ProfileChange, words string) error {
	if err := ch.c.UpdateProfile(ctx, change); err != nil {
		return err
	}
	ch.done(record{Command: command}, "%s", words)
	return nil
}

func (ch *Chat) deleteAccount(ctx context.Context, args string) error {
	switch args {
	case "":
		return errors.New("write /delete-account and your password; everything goes on for 7 days, and /delete-account cancel takes it back")
	case "cancel":
		if err := ch.c.CancelDeletion(ctx); err != nil {
			return err
		}
		ch.done(record{Command: "/delete-account"}, "your account stays")
		return nil
	}
	at, err := ch.c.DeleteAccount(ctx, args)
	if err != nil {
		return err
	}
	ch.done(record{Command: "/delete-account", Time: stamp(at)}, "your account will be deleted on %s; /delete-account cancel takes that back", at.Local().Format(time.DateTime))
	return nil
}
