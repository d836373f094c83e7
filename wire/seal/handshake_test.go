package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"parley/wire"
)

// shake makes a handshake between a client that pins a key and a server with testKey, whose
// newest key has another fingerprint if newest is not empty.
func shake(t *testing.T, pin, newest string) (c *Client, s *Server, ends [4]any, err error) {
	t.Helper()
	key := must(testKey())
	if newest == "" {
		newest = key.Fingerprint()
	}
	c = NewClient(pin)
	var r wire.Request
	if err := wire.DecodeRequest(c.PublicKey(), &r); err != nil || r.Msgid != wire.PublicKey || r.Pin != pin {
		t.Fatalf("frame 21 is %s, %v", c.PublicKey(), err)
	}
	s = NewServer(c.PublicKey(), &r, key, newest)
	answer := bytes.Clone(s.PublicKeyAnswer())
	exchange, cs, co, err := c.KeyExchange(answer)
	clear(answer) // it belongs to whoever read it
	if err != nil {
		return c, s, ends, err
	}
	came := bytes.Clone(exchange)
	if err := s.TakeExchange(came); err != nil {
		t.Fatal(err)
	}
	clear(came)
	ss, so, err := s.Seal()
	return c, s, [4]any{cs, co, ss, so}, err
}

func TestHandshake(t *testing.T) {
	key := must(testKey())
	newest := "SHA256:" + strings.Repeat("n", FingerprintLen-7)
	for name, h := range map[string]struct{ pin, newest, want string }{
		"any key":      {"", "", key.Fingerprint()},
		"pinned":       {key.Fingerprint(), "", key.Fingerprint()},
		"newer key":    {key.Fingerprint(), newest, newest},
		"older at 1st": {"", newest, newest},
	} {
		t.Run(name, func(t *testing.T) {
			c, s, ends, err := shake(t, h.pin, h.newest)
			if err != nil {
				t.Fatal(err)
			}
			lines := func(dst, frame []byte) []byte { return append(append(dst, frame...), '\n') }
			long := strings.Repeat("0123456789abcdef", wire.MaxSealPiece/8) // two pieces
			for _, way := range []struct {
				from *Sealer
				to   *Opener
				text string
			}{
				{ends[2].(*Sealer), ends[1].(*Opener), string(s.KeyExchangeAnswer())},
				{ends[0].(*Sealer), ends[3].(*Opener), long},
				{ends[2].(*Sealer), ends[1].(*Opener), long + "x"},
			} {
				sent, err := way.from.AppendStream([]byte("before\n"), []byte(way.text), lines)
				if err != nil {
					t.Fatal(err)
				}
				frames := bytes.Split(bytes.TrimSuffix(sent, []byte("\n")), []byte("\n"))
				if want := 1 + (len(way.text)+wire.MaxSealPiece-1)/wire.MaxSealPiece; len(frames) != want || string(frames[0]) != "before" {
					t.Fatalf("%d bytes went in %d frames, want %d", len(way.text), len(frames)-1, want-1)
				}
				var got []byte
				for _, f := range frames[1:] {
					if len(f) > wire.MaxSealedFrame {
						t.Errorf("a frame has %d bytes", len(f))
					}
					if got, err = way.to.Open(got, f); err != nil {
						t.Fatal(err)
					}
				}
				if string(got) != way.text {
					t.Errorf("%d bytes came, %d were sent", len(got), len(way.text))
				}
			}
			if pin, err := c.Pin(s.KeyExchangeAnswer()); err != nil || pin != h.want {
				t.Errorf("to pin is %q, %v; want %q", pin, err, h.want)
			}
		})
	}
}

func TestHandshakeRefuses(t *testing.T) {
	key := must(testKey())
	other := "SHA256:" + strings.Repeat("o", FingerprintLen-7)
	var pin *PinError
	if _, _, _, err := shake(t, other, ""); !errors.As(err, &pin) || pin.Pinned != other || pin.Offered != key.Fingerprint() {
		t.Errorf("another key than the pinned one: %v", err)
	}
	var unexpected *UnexpectedError
	c := NewClient("")
	_, _, _, err := c.KeyExchange([]byte(`{"msgid":10,"re":21,"erron":40}`))
	if ack, ok := asUnexpected(err, &unexpected).(*wire.AckReply); !ok || ack.Erron != wire.CannotSeal {
		t.Errorf("a refusal: %v", err)
	}
	c, _, _, err = shake(t, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Pin([]byte(`{"msgid":12}`)); asUnexpected(err, &unexpected) == nil {
		t.Errorf("another frame than 24: %v", err)
	}
	for _, bad := range []string{
		"", "nonsense", `{"msgid":20}`, `{"msgid":22}`, `{"msgid":22,"key":"AAAA","nonce":""}`,
		fmt.Sprintf(`{"msgid":22,"key":%q,"nonce":"AAAA"}`, key.Public()),
	} {
		if _, _, _, err := NewClient("").KeyExchange([]byte(bad)); err == nil {
			t.Errorf("%q was taken for frame 22", bad)
		}
		if _, err := c.Pin([]byte(bad)); err == nil {
			t.Errorf("%q was taken for frame 24", bad)
		}
	}
	var r wire.Request
	s := NewServer([]byte(`{"msgid":21}`), &r, key, key.Fingerprint())
	for _, bad := range []string{"", `{"msgid":2,"name":"li","pwd":"x"}`, `{"msgid":23}`} {
		if err := s.TakeExchange([]byte(bad)); !errors.Is(err, ErrNoExchange) {
			t.Errorf("%q was taken for frame 23: %v", bad, err)
		}
	}
	if err := s.TakeExchange([]byte(`{"msgid":23,"key":"AAAA"}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Seal(); err == nil {
		t.Error("a secret was opened that is none")
	}
}

func asUnexpected(err error, u **UnexpectedError) any {
	if !errors.As(err, u) {
		return nil
	}
	return (*u).Frame
}
