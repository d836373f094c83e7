package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/client"
)

// sessions lists what is logged in to the account.
func (ch *Chat) sessions(ctx context.Context, _ string) error {
	all, err := ch.c.Logins(ctx)
	if err != nil {
		return err
	}
	if ch.JSON {
		ch.done(record{Command: "/sessions", Sessions: sessionRows(all)}, "")
		return nil
	}
	ch.show.write(sessionList(all))
	return nil
}

func sessionList(all []client.LoginInfo) string {
	var b strings.Builder
	for _, l := range all {
		device, state := name(l.Device), "offline"
		if device == "" {
			device = "(no name)"
		}
		switch {
		case l.Here:
			state = "this one"
		case l.Online:
			state = "online"
		}
		fmt.Fprintf(&b, "  %d  %s  %s  %s", l.DeviceID, device, state, l.Used.Local().Format(time.DateTime))
		if l.Address != "" {
			fmt.Fprintf(&b, "  from %s", name(l.Address))
		}
		if l.Label != "" {
			fmt.Fprintf(&b, "  (%s)", name(l.Label))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// revoke ends a session of the account.
func (ch *Chat) revoke(ctx context.Context, args string) error {
	id, err := strconv.ParseInt(args, 10, 64)
	if err != nil {
		return errors.New("which one? Give its number, as /sessions lists it")
	}
	if err := ch.c.Revoke(ctx, id); err != nil {
		return err
	}
	ch.done(record{Command: "/revoke", DeviceID: id}, "device %d is logged out", id)
	return nil
}
