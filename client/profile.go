package client

import (
	"context"
	"time"

	"parley/wire"
)

// Profile is what a user shows of themselves.
type Profile struct {
	User
	Display string // how they want to be called, "" for by their name; others may be called the same
	About   string
	// Friend says that the user is a friend. Online and Seen are known of friends only.
	Friend bool
	Online bool
	Seen   time.Time // when a friend who is offline was last here; zero if that is not known or hidden
	// Of one's own profile: what is hidden from others.
	HideReceipts, HideSeen bool
	Deletes                time.Time // of one's own: when the account will be deleted; zero for never
}

// Profile returns what a user shows of themselves; 0 is the account's own profile.
func (c *Client) Profile(ctx context.Context, user int64) (Profile, error) {
	q := request(wire.Profile)
	if user != 0 {
		q.User = user
		q.Set(wire.FUser)
	}
	a, err := ask[*wire.ProfileReply](ctx, c, q, repeatable)
	if err != nil {
		return Profile{}, err
	}
	return Profile{
		User: User{a.User, a.Name}, Display: a.Display, About: a.About,
		Friend: a.State != "", Online: a.State == online, Seen: parseTime(a.Seen),
		HideReceipts: a.HideReceipts, HideSeen: a.HideSeen, Deletes: parseTime(a.Deletes),
	}, nil
}

// ProfileChange is what to change; what is nil stays as it is.
type ProfileChange struct {
	Display *string // "" for none
	About   *string // "" for none
	// HideReceipts: nobody is told what the account has received and read, and it is not told that of
	// others. HideSeen is the same for when the account was last here.
	HideReceipts, HideSeen *bool
}

// UpdateProfile changes what the account shows of itself. It fails with wire.BadField if there is nothing
// to change.
func (c *Client) UpdateProfile(ctx context.Context, change ProfileChange) error {
	q := request(wire.UpdateProfile)
	if change.Display != nil {
		q.Display = *change.Display
		q.Set(wire.FDisplay)
	}
	if change.About != nil {
		q.About = *change.About
		q.Set(wire.FAbout)
	}
	if change.HideReceipts != nil {
		q.HideReceipts = *change.HideReceipts
		q.Set(wire.FHideReceipts)
	}
	if change.HideSeen != nil {
		q.HideSeen = *change.HideSeen
		q.Set(wire.FHideSeen)
	}
	_, err := c.do(ctx, q, repeatable)
	return err
}

// DeleteAccount has the account deleted after some days, and returns when. Until then CancelDeletion takes
// it back. It fails with wire.BadCredentials if the password is wrong.
func (c *Client) DeleteAccount(ctx context.Context, password string) (time.Time, error) {
	q := request(wire.DeleteAccount)
	q.Pwd = password
	q.Set(wire.FPwd)
	ack, err := c.do(ctx, q, repeatable)
	if err != nil {
		return time.Time{}, err
	}
	return parseTime(ack.Time), nil
}

// CancelDeletion takes back what DeleteAccount has asked for.
func (c *Client) CancelDeletion(ctx context.Context) error {
	q := request(wire.DeleteAccount)
	q.Cancel = true
	q.Set(wire.FCancel)
	_, err := c.do(ctx, q, repeatable)
	return err
}
