package server

import (
	"strings"
	"testing"
)

// Where registration is closed, an operator makes the accounts, and the same rules hold for
// their names and passwords.
func TestAnOperatorMakesAccounts(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.Registration = "closed"
	s, _, log := startServer(t, cfg)
	ann := dial(t, s)
	if got := ann.ask(`{"msgid":0,"name":"ann","pwd":"a good one"}`); !strings.Contains(got, `"erron":29`) {
		t.Fatalf("a stranger registers: %s", got)
	}
	o := NewOperator(cfg.Data)
	u, err := o.CreateUser(t.Context(), "ann", "a good one")
	if err != nil || u.ID != 1 || u.Name != "ann" {
		t.Fatalf("got %+v, %v", u, err)
	}
	if got := ann.ask(`{"msgid":2,"name":"ann","pwd":"a good one"}`); !strings.Contains(got, `"erron":0`) {
		t.Errorf("the login says %s", got)
	}
	for _, c := range []struct{ name, password, want string }{
		{"ANN", "a good one", "exists"},
		{"", "a good one", "name"},
		{"bob", "b", "password"},
		{"bob", "bob", "password"},
	} {
		if u, err := o.CreateUser(t.Context(), c.name, c.password); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q with %q: %+v, %v", c.name, c.password, u, err)
		}
	}
	if strings.Contains(log.String(), "a good one") {
		t.Errorf("the log has a password:\n%s", log)
	}
}
