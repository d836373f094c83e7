package client

import (
	"testing"

	"parley/wire"
)

// A token that is refused goes along with the password: it shows that this device has been
// in before.
func TestRefusedTokenGoesAlongWithThePassword(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s, func(o *Options) { o.Token = "expired" })
		defer c.Close()
		p := f.accept()
		q := p.expect(wire.Login)
		want(t, q.Token+"/"+q.Pwd, "expired/")
		p.send(&wire.LoginReply{Erron: wire.BadCredentials})
		q = p.expect(wire.Login)
		want(t, q.Token+"/"+q.Pwd, "expired/password")
	})
}

func TestSignOut(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		p, _ := f.login(0)
		done := make(chan error)
		go func() { done <- c.SignOut(t.Context()) }()
		q := p.expect(wire.Logout)
		want(t, q.Revoke, true)
		p.send(&wire.AckReply{Re: q.Msgid, RID: q.RID})
		if err := <-done; err != nil || c.Token() != "" {
			t.Fatalf("%v, token %q", err, c.Token())
		}
		if c.SignOut(t.Context()) == nil {
			t.Fatal("nobody was told, and that is no error")
		}
	})
}

// Who only logs out can come back by the token.
func TestLogoutKeepsTheToken(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		var s seen
		c := start(t, f, &s)
		p, _ := f.login(0)
		done := make(chan error)
		go func() { done <- c.Logout(t.Context()) }()
		q := p.expect(wire.Logout)
		want(t, q.Revoke, false)
		p.send(&wire.AckReply{Re: q.Msgid, RID: q.RID})
		if err := <-done; err != nil || c.Token() != "secret" {
			t.Fatalf("%v, token %q", err, c.Token())
		}
	})
}
