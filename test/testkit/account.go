package testkit

import (
	"errors"
	"testing"
	"time"

	"parley/client"
	"parley/wire"
)

// Ended waits for the goodbye that ends a client, and returns its code.
func Ended(t *testing.T, c *client.Client) wire.GoodbyeCode {
	t.Helper()
	select {
	case <-c.Done():
	case <-time.After(Patience):
		t.Fatal("the client was not ended")
	}
	var bye *client.GoodbyeError
	if !errors.As(c.Err(), &bye) {
		t.Fatalf("it ended with %v", c.Err())
	}
	return bye.Code
}

// Password is that of every account that a scenario makes.
const Password = "correct horse"

// Account registers a user, and returns the options to log in as them and their id.
func Account(t testing.TB, p *Process, name string) (client.Options, int64) {
	t.Helper()
	o := client.Options{
		Server: "tcp://" + p.TCP, Name: name, Password: Password, Device: "test",
		MinBackoff: 10 * time.Millisecond, MaxBackoff: 200 * time.Millisecond,
		OnEvent: func(*client.Client, client.Event) {},
	}
	id, err := client.Register(Soon(t), o)
	if err != nil {
		t.Fatalf("registering %s: %v\n%s", name, err, p.Log.String())
	}
	return o, id
}

// Login logs in, and out again when the test ends.
func Login(t testing.TB, o client.Options) *client.Client {
	t.Helper()
	c, err := client.Dial(Soon(t), o)
	if err != nil {
		t.Fatalf("logging in as %s: %v", o.Name, err)
	}
	t.Cleanup(c.Close)
	return c
}

// ReadAll pages a whole conversation, checks that its order is dense and that nothing is
// there twice, and returns the seq of each text.
func ReadAll(t *testing.T, c *client.Client, of client.Conversation) map[string]int64 {
	t.Helper()
	found := map[string]int64{}
	next := int64(0)
	for {
		page, err := c.HistoryAfter(Soon(t), of, next, wire.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			if m.Seq != next+1 && next != 0 {
				t.Errorf("%v: seq %d follows %d", of, m.Seq, next)
			}
			if before, twice := found[m.Text]; twice {
				t.Errorf("%v: %q stands at %d and at %d", of, m.Text, before, m.Seq)
			}
			next = m.Seq
			found[m.Text] = m.Seq
		}
		if !page.More {
			return found
		}
	}
}

// Texts returns the first 200 texts of a conversation, in its order.
func Texts(t *testing.T, c *client.Client, of client.Conversation) []string {
	t.Helper()
	page, err := c.HistoryAfter(Soon(t), of, 0, 200)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range page.Messages {
		all = append(all, m.Text)
	}
	return all
}

// TwoFriends registers alice and bob and makes them friends.
func TwoFriends(t *testing.T, p *Process) (alice int64, asBob client.Options, bob int64) {
	t.Helper()
	asAlice, alice := Account(t, p, "alice")
	asBob, bob = Account(t, p, "bob")
	c := Login(t, asAlice)
	if _, err := c.AddFriend(Soon(t), bob); err != nil {
		t.Fatal(err)
	}
	c.Close()
	return alice, asBob, bob
}
