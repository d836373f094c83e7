package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func (o *Operator) mustInvite(t *testing.T, order InviteOrder) InviteRow {
	t.Helper()
	row, err := o.Invite(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestInvitations goes the whole way: an operator makes them, people use them, lists say how
// often, and no code is in the log or in a list.
func TestInvitations(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.Registration, cfg.LogLevel = "invite", "debug"
	s, _, log := startServer(t, cfg)
	o := NewOperator(cfg.Data)
	club := o.mustInvite(t, InviteOrder{Uses: 2, Note: "chess club", Valid: time.Hour})
	ann := o.mustInvite(t, InviteOrder{Name: "Ann", Uses: 1, Valid: time.Hour})
	gone := o.mustInvite(t, InviteOrder{Uses: 1, Valid: time.Hour})
	if club.Registration != "invite" || club.Invite != 1 || time.Until(club.Ends) > time.Hour {
		t.Errorf("%+v", club)
	}
	if row, err := o.RevokeInvite(t.Context(), int64(gone.Invite)); err != nil || row.Code != "" || row.Invite != gone.Invite {
		t.Errorf("revoking: %+v %v", row, err)
	}
	if _, err := o.RevokeInvite(t.Context(), int64(gone.Invite)); err == nil || !strings.Contains(err.Error(), "there is no invitation 3; `parley admin invite list` lists them") {
		t.Errorf("revoking again: %v", err)
	}
	c := dial(t, s)
	for i, step := range []struct{ name, code, want string }{
		{"bob", "", `"erron":47`},
		{"bob", gone.Code, `"erron":47`},
		{"bob", club.Code, `"erron":0`},
		{"ann", club.Code, `"erron":8`}, // the name is kept
		{"ann", strings.ToLower(ann.Code), `"erron":0`},
		{"cat", strings.ReplaceAll(club.Code, "-", ""), `"erron":0`},
		{"dan", club.Code, `"erron":47`},
	} {
		if got := c.ask(fmt.Sprintf(`{"msgid":0,"name":%q,"pwd":"a good one","invite":%q}`, step.name, step.code)); !strings.Contains(got, step.want) {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
	var rows []InviteRow
	if err := o.Invites(t.Context(), func(page []InviteRow) error { rows = append(rows, page...); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].State != "used" || rows[0].Used != 2 || rows[0].LastUser != 3 || rows[0].Note != "chess club" || rows[1].Name != "Ann" || rows[1].LastUser != 2 {
		t.Errorf("%+v", rows)
	}
	listed, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []InviteRow{club, ann, gone} {
		for _, as := range []string{row.Code, strings.ReplaceAll(row.Code, "-", ""), strings.ToLower(row.Code), row.Code[:9]} {
			if strings.Contains(log.String()+string(listed), as) {
				t.Errorf("%q is in the log or in the list", as)
			}
		}
	}
	for _, want := range []string{"parley_registration_invites_used_total 3", "parley_registration_invites_refused_total 3"} {
		if _, m := getAdmin(t, s, "/metrics"); !strings.Contains(m, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
}

// TestBadInvitations: each is refused with what is wrong with it.
func TestBadInvitations(t *testing.T) {
	cfg := testConfig(t.TempDir())
	startServer(t, cfg)
	o := NewOperator(cfg.Data)
	o.mustInvite(t, InviteOrder{Name: "kept", Uses: 1, Valid: time.Hour})
	for want, order := range map[string]InviteOrder{
		"1 to 1000000 accounts":    {Uses: 0, Valid: time.Hour},
		"1 minute to 10 years":     {Uses: 1},
		"for a name is for 1":      {Uses: 2, Valid: time.Hour, Name: "bob"},
		"the note has 201":         {Uses: 1, Valid: time.Hour, Note: strings.Repeat("x", 201)},
		"is kept for somebody":     {Uses: 1, Valid: time.Hour, Name: "KEPT"},
		"the name is a number":     {Uses: 1, Valid: time.Hour, Name: "12"},
		"the note has the control": {Uses: 1, Valid: time.Hour, Note: "\x1b"},
	} {
		if row, err := o.Invite(t.Context(), order); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %+v, %v, want %q", order, row, err, want)
		}
	}
	if _, err := o.CreateUser(t.Context(), "kept", "a good one"); err == nil || !strings.Contains(err.Error(), "is kept for somebody") {
		t.Errorf("making an account of a name that is kept: %v", err)
	}
}

// Where not everybody can register, the web client is told so, and the log says how an
// account is made.
func TestWhoMayRegisterIsTold(t *testing.T) {
	for _, mode := range []string{"open", "invite", "closed"} {
		t.Run(mode, func(t *testing.T) {
			cfg := testConfig(t.TempDir())
			cfg.Registration = mode
			s, _, log := startServer(t, cfg)
			status, body := get(t, s, "/server.json")
			if status != 200 || !strings.Contains(body, `"registration":"`+mode+`"`) {
				t.Errorf("%d, want %q:\n%s", status, mode, body)
			}
			told := strings.Contains(log.String(), "parley admin ")
			if told != (mode != "open") {
				t.Errorf("the log's first lines:\n%s", log)
			}
		})
	}
}
