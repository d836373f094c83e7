package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"parley/internal/chat"
	"parley/wire"
)

// InviteRow is an invitation to make accounts, as `parley admin invite list` lists it.
type InviteRow struct {
	Invite   chat.RegistrationInviteID `json:"invite"`
	Name     string                    `json:"name,omitempty"` // the only one that it is good for
	Note     string                    `json:"note,omitempty"`
	Uses     int64                     `json:"uses"`
	Used     int64                     `json:"used"`
	State    string                    `json:"state"` // open, used or ended
	Made     time.Time                 `json:"made"`
	Ends     time.Time                 `json:"ends"`
	LastUser chat.UserID               `json:"last_user,omitempty"` // whose account was the last one made with it
	// Code and Registration, the server's setting, are in the answer to its making only.
	Code         string `json:"code,omitempty"`
	Registration string `json:"registration,omitempty"`
}

// InviteOrder says what an invitation is to be.
type InviteOrder struct {
	Name  string        `json:"name,omitempty"`
	Note  string        `json:"note,omitempty"`
	Uses  int64         `json:"uses"`
	Valid time.Duration `json:"valid_ns"`
}

type invitesPage struct {
	Invites []InviteRow `json:"invites"`
	More    bool        `json:"more"`
}

var registrations = map[chat.Registration]string{
	chat.RegistrationOpen: "open", chat.RegistrationByInvite: "invite", chat.RegistrationClosed: "closed",
}

// registration is the setting as the use cases have it.
func registration(setting string) chat.Registration {
	for mode, word := range registrations {
		if word == setting {
			return mode
		}
	}
	return chat.RegistrationClosed // no other word gets past the configuration
}

func (c *control) inviteRow(i chat.RegistrationInvite) InviteRow {
	row := InviteRow{
		Invite: i.ID, Name: i.Name, Note: i.Note, Uses: i.Uses, Used: i.Used, State: "open",
		Made: i.MadeAt, Ends: i.EndsAt, LastUser: i.LastUser,
	}
	switch {
	case i.Used >= i.Uses:
		row.State = "used"
	case !i.EndsAt.After(c.clock.Now()):
		row.State = "ended"
	}
	return row
}

// createInvite makes an invitation. The answer is the only place where its code ever stands.
func (c *control) createInvite(w http.ResponseWriter, r *http.Request) {
	var order InviteOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&order); err != nil {
		writeJSON(w, http.StatusBadRequest, failure{"the order cannot be read; is this another version?"})
		return
	}
	audited(r).do = "create"
	i, code, err := c.accounts.AddRegistrationInvite(r.Context(), chat.RegistrationInvite{
		Name: order.Name, Note: order.Note, Uses: order.Uses, EndsAt: c.clock.Now().Add(order.Valid),
	})
	if err != nil {
		e := chat.AsError(err)
		switch e.Code {
		case wire.NameTaken, wire.BadName, wire.BadText, wire.TextTooLong, wire.BadField:
			writeJSON(w, http.StatusBadRequest, failure{told(e)})
		default:
			writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
		}
		return
	}
	audited(r).invite, audited(r).account = i.ID, i.Name
	row := c.inviteRow(i)
	row.Code, row.Registration = code, registrations[c.accounts.RegistrationMode()]
	writeJSON(w, http.StatusOK, row)
}

func (c *control) listInvites(w http.ResponseWriter, r *http.Request) {
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, failure{"after must be the number of an invitation"})
		return
	}
	list, err := c.accounts.RegistrationInvites(r.Context(), chat.RegistrationInviteID(after), controlPage)
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
		return
	}
	page := invitesPage{Invites: make([]InviteRow, len(list)), More: len(list) == controlPage}
	for n, i := range list {
		page.Invites[n] = c.inviteRow(i)
	}
	writeJSON(w, http.StatusOK, page)
}

func (c *control) revokeInvite(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("invite"), 10, 64)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, failure{fmt.Sprintf("%q is no number of an invitation; `parley admin invite list` lists them", r.PathValue("invite"))})
		return
	}
	audited(r).invite = chat.RegistrationInviteID(id)
	i, err := c.accounts.RevokeRegistrationInvite(r.Context(), chat.RegistrationInviteID(id))
	if err != nil {
		if chat.AsError(err).Code == wire.BadRegistrationInvite {
			writeJSON(w, http.StatusNotFound, failure{fmt.Sprintf("there is no invitation %d; `parley admin invite list` lists them", id)})
			return
		}
		writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
		return
	}
	audited(r).account = i.Name
	writeJSON(w, http.StatusOK, c.inviteRow(i))
}

// Invite makes an invitation. The row has its code, which cannot be had again.
func (o *Operator) Invite(ctx context.Context, order InviteOrder) (row InviteRow, err error) {
	body, err := json.Marshal(order)
	if err != nil {
		return row, err
	}
	err = o.send(ctx, http.MethodPost, "/v1/invites", bytes.NewReader(body), &row)
	return row, err
}

// Invites lists the invitations, by number. It calls each once for every page that came.
func (o *Operator) Invites(ctx context.Context, each func([]InviteRow) error) error {
	for after := chat.RegistrationInviteID(0); ; {
		var page invitesPage
		if err := o.call(ctx, http.MethodGet, fmt.Sprintf("/v1/invites?after=%d", after), &page); err != nil {
			return err
		}
		if err := each(page.Invites); err != nil {
			return err
		}
		if !page.More {
			return nil
		}
		after = page.Invites[len(page.Invites)-1].Invite
	}
}

// RevokeInvite takes an invitation away, and returns what it was.
func (o *Operator) RevokeInvite(ctx context.Context, invite int64) (row InviteRow, err error) {
	err = o.send(ctx, http.MethodPost, fmt.Sprintf("/v1/invites/%d/revoke", invite), http.NoBody, &row)
	return row, err
}
