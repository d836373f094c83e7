package chat

import (
	"context"
	"time"

	"parley/wire"
)

// ProfileChanged is a word of PeopleNotice: the user's own devices are told that what the user shows
// of themselves is new.
const ProfileChanged = "profile_changed"

// Profile is what a user shows of themselves.
type Profile struct {
	User
	Display string // how the user wants to be called, "" for by their name
	About   string
	// HideReceipts: nobody is told what the user has received and read, and the user is not told it
	// of others. HideSeen is the same for when the user was last here.
	HideReceipts bool
	HideSeen     bool
	Disabled     bool      // the account is closed
	DeletesAt    time.Time // as in Account
	Erased       bool
}

// ProfileChange is what a user changes; what is nil stays as it is.
type ProfileChange struct {
	Display, About         *string
	HideReceipts, HideSeen *bool
}

// Apply makes the change, and reports whether it is one.
func (c *ProfileChange) Apply(p *Profile) (moved bool) {
	was := *p
	set(&p.Display, c.Display)
	set(&p.About, c.About)
	set(&p.HideReceipts, c.HideReceipts)
	set(&p.HideSeen, c.HideSeen)
	return *p != was
}

// Glance is what one user may see of another, beside the profile.
type Glance struct {
	Friends bool // the two are friends
	Knows   bool // the two are friends, are in a group together, or have a conversation
	// Hides: the other blocks the viewer, and looks offline to them.
	Hides bool
	// Online and Seen are as they are, whoever may know it. Seen is when a device of the other last
	// logged in or its session ended, zero if there is no device.
	Online bool
	Seen   time.Time
	// ViewerHides: the viewer hides when they were last here.
	ViewerHides bool
}

// Profiles is the part of the store about what users show of themselves.
type Profiles interface {
	// Profile answers NoSuchUser.
	Profile(ctx context.Context, user UserID) (Profile, error)
	// ProfileFor is Profile with what a viewer may see of the user. NoSuchUser.
	ProfileFor(ctx context.Context, viewer, user UserID) (Profile, Glance, error)
	// SaveProfile changes a profile, and writes that into the user's journal in the same
	// transaction: no is its place there, 0 where it was so already and nothing is written.
	// NoSuchUser.
	SaveProfile(ctx context.Context, user UserID, c ProfileChange) (no int64, err error)
}

// Shown is a profile as somebody else sees it.
type Shown struct {
	Profile
	// State is "online" or "offline" of a friend, "" of somebody else.
	State string
	// Seen is when a friend who is offline was last here; zero where it is not known or not shown.
	Seen time.Time
	// Own: it is the viewer's own. Others do not see what it hides.
	Own bool
}

// Profile returns what a user shows to the caller; 0 is the caller's own. Somebody whom the caller does
// not know is shown where users can be found, and counts as a question for them. Errors: NoSuchUser,
// RateLimited, and the store's.
func (s *Service) Profile(ctx context.Context, by Caller, id UserID) (Shown, error) {
	if id == 0 || id == by.User.ID {
		p, err := s.store.Profile(ctx, by.User.ID)
		return Shown{Profile: p, Own: true}, err
	}
	p, g, err := s.store.ProfileFor(ctx, by.User.ID, id)
	if err != nil {
		return Shown{}, err
	}
	if !g.Knows {
		if s.o.NoDirectory {
			return Shown{}, E(wire.NoSuchUser)
		}
		if err := s.lookUp(by); err != nil {
			return Shown{}, err
		}
	}
	v := Shown{Profile: p}
	if !g.Friends {
		return v, nil
	}
	online := g.Online && !g.Hides
	v.State = StateOf(online)
	if !online && !g.Hides && !p.HideSeen && !g.ViewerHides {
		v.Seen = g.Seen
	}
	return v, nil
}

// UpdateProfile changes what the caller shows of themselves, and tells their other sessions. Errors:
// BadName (the display name), BadText and TextTooLong (the text), and the store's.
func (s *Service) UpdateProfile(ctx context.Context, by Caller, c ProfileChange) error {
	if c.Display != nil {
		display, err := CheckDisplay(*c.Display)
		if err != nil {
			return err
		}
		c.Display = &display
	}
	if c.About != nil {
		about, err := checkLines("text about you", *c.About, wire.MaxDescription)
		if err != nil {
			return err
		}
		c.About = &about
	}
	no, err := s.store.SaveProfile(ctx, by.User.ID, c)
	if err != nil || no == 0 {
		return err
	}
	s.tell(by, PeopleNotice{What: ProfileChanged, User: by.User}, userTopic(by.User.ID), no)
	return nil
}

// CheckDisplay returns a display name as it is kept: as a group's name, in any scripts, but none of
// the words that no user may be called; "" is none. Several users may have the same. The error is
// BadName.
func CheckDisplay(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	s, err := checkLine(s, lineRules{what: "display name", max: wire.MaxName, marks: fewMarks, unseen: joiners})
	if err != nil {
		return "", err
	}
	return s, checkReserved(s)
}
