package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"parley/wire"
)

var updateSeal = flag.Bool("seal.update", false, "make the vectors of sealed connections anew")

const sealVectors = "testdata/seal.json"

// vectors are what an independent implementation can check itself against.
type vectors struct {
	PrivateKey  string `json:"private_key"` // PKCS #8, PEM; of no server
	Fingerprint string `json:"fingerprint"`
	F21         string `json:"f21"`
	F22         string `json:"f22"`
	F23         string `json:"f23"`
	Secret      string `json:"secret"` // this and the next four in hexadecimal
	Nonce       string `json:"nonce"`
	Hash        string `json:"hash"`
	KeyClient   string `json:"key_client"`
	KeyServer   string `json:"key_server"`

	FromServer []sealedPiece `json:"from_server"`
	FromClient []sealedPiece `json:"from_client"`
}

type sealedPiece struct {
	Piece string `json:"piece"`
	Frame string `json:"frame"`
}

// testKey is the key of the vectors: making one takes a second.
var testKey = sync.OnceValues(func() (*Key, error) {
	if *updateSeal {
		return NewKey()
	}
	text, err := os.ReadFile(sealVectors)
	if err != nil {
		return nil, err
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	keys, err := ParseKeys([]byte(v.PrivateKey))
	if err != nil {
		return nil, err
	}
	return keys[0], nil
})

func makeVectors(t *testing.T) {
	t.Helper()
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	secret, sealed, err := public.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	nonce := sha256.Sum256([]byte("a nonce"))
	answer := wire.PublicKeyReply{Key: key.Public(), Nonce: base64.StdEncoding.EncodeToString(nonce[:])}
	exchange := wire.Request{Msgid: wire.KeyExchange, Key: sealed}
	exchange.Set(wire.FKey)
	v := vectors{
		PrivateKey: string(private), Fingerprint: key.Fingerprint(), F21: `{"msgid":21}`,
		F22: string(answer.AppendJSON(nil)), F23: string(exchange.AppendJSON(nil)),
		Secret: hex.EncodeToString(secret), Nonce: hex.EncodeToString(nonce[:]),
	}
	s := v.session(t)
	v.Hash = hex.EncodeToString(transcript(v))
	v.KeyClient, v.KeyServer = hex.EncodeToString(must(s.key(FromClient))), hex.EncodeToString(must(s.key(FromServer)))
	v.FromServer = sealAll(t, must(s.Sealer(FromServer)), `{"msgid":24}`+"\n", `{"msgid":12}`+"\n")
	v.FromClient = sealAll(t, must(s.Sealer(FromClient)),
		`{"msgid":2,"name":"li","pwd":"four small stones"}`+"\n"+`{"msgid":11}`, "\n", `{"msgid":9}`+"\n")
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		err = os.WriteFile(sealVectors, append(text, '\n'), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func sealAll(t *testing.T, s *Sealer, pieces ...string) (all []sealedPiece) {
	t.Helper()
	for _, p := range pieces {
		frame, err := s.AppendFrame(nil, []byte(p))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sealedPiece{p, string(frame)})
	}
	return all
}

// transcript is the hash of the reference, written down again.
func transcript(v vectors) []byte {
	var all []byte
	for _, f := range []string{v.F21, v.F22, v.F23} {
		all = binary.BigEndian.AppendUint32(all, uint32(len(f))) //nolint:gosec // short
		all = append(all, f...)
	}
	sum := sha256.Sum256(all)
	return sum[:]
}

func (v vectors) session(t *testing.T) *Session {
	t.Helper()
	secret, err := hex.DecodeString(v.Secret)
	if err != nil {
		t.Fatal(err)
	}
	nonce, err := hex.DecodeString(v.Nonce)
	if err != nil {
		t.Fatal(err)
	}
	return &Session{
		Secret: secret, Nonce: nonce,
		PublicKey: []byte(v.F21), PublicKeyAnswer: []byte(v.F22), KeyExchange: []byte(v.F23),
	}
}

func TestSealVectors(t *testing.T) {
	if *updateSeal {
		makeVectors(t)
	}
	text, err := os.ReadFile(sealVectors)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys([]byte(v.PrivateKey))
	if err != nil || len(keys) != 1 || keys[0].Fingerprint() != v.Fingerprint {
		t.Fatalf("keys %v, %v", keys, err)
	}
	var exchange wire.Request
	if err := wire.DecodeRequest([]byte(v.F23), &exchange); err != nil {
		t.Fatal(err)
	}
	secret, err := keys[0].Secret(exchange.Key)
	if err != nil || hex.EncodeToString(secret) != v.Secret {
		t.Errorf("the secret is %x, %v", secret, err)
	}
	s := v.session(t)
	if got := hex.EncodeToString(transcript(v)); got != v.Hash {
		t.Errorf("the hash is %s", got)
	}
	for side, want := range map[Side]struct {
		key    string
		pieces []sealedPiece
	}{FromClient: {v.KeyClient, v.FromClient}, FromServer: {v.KeyServer, v.FromServer}} {
		if key, err := s.key(side); err != nil || hex.EncodeToString(key) != want.key {
			t.Errorf("the key of side %d is %x, %v", side, key, err)
		}
		sealer, opener := must(s.Sealer(side)), must(s.Opener(side))
		for _, p := range want.pieces {
			if frame, err := sealer.AppendFrame(nil, []byte(p.Piece)); err != nil || string(frame) != p.Frame {
				t.Errorf("sealed %s, %v", frame, err)
			}
			if piece, err := opener.Open(nil, []byte(p.Frame)); err != nil || string(piece) != p.Piece {
				t.Errorf("opened %q, %v", piece, err)
			}
		}
	}
}

// sealPair is a session with random secrets.
func sealPair(t *testing.T) *Session {
	t.Helper()
	v := vectors{F21: "a", F22: "b", F23: "c", Secret: strings.Repeat("01", 32), Nonce: strings.Repeat("02", 32)}
	return v.session(t)
}

func TestSealRefuses(t *testing.T) {
	flip := func(frame []byte) []byte {
		c := bytes.Clone(frame)
		c[len(head)+3] ^= 1 << 4 // another letter of base64, or none
		return c
	}
	for name, damage := range map[string]func(frames [][]byte) [][]byte{
		"repeated":  func(f [][]byte) [][]byte { return [][]byte{f[0], f[0]} },
		"left out":  func(f [][]byte) [][]byte { return [][]byte{f[0], f[2]} },
		"swapped":   func(f [][]byte) [][]byte { return [][]byte{f[1], f[0]} },
		"altered":   func(f [][]byte) [][]byte { return [][]byte{f[0], flip(f[1])} },
		"plain":     func(f [][]byte) [][]byte { return [][]byte{f[0], []byte(`{"msgid":11}`)} },
		"truncated": func(f [][]byte) [][]byte { return [][]byte{[]byte(`{"msgid":25,"data":"AAAA"}`)} },
		"no base64": func(f [][]byte) [][]byte { return [][]byte{[]byte(`{"msgid":25,"data":"!"}`)} },
		"too long": func(f [][]byte) [][]byte {
			return [][]byte{[]byte(head + strings.Repeat("A", 1<<20) + tail)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sealPair(t)
			sealer, opener := must(s.Sealer(FromClient)), must(s.Opener(FromClient))
			var frames [][]byte
			for _, p := range []string{"one", "two", "three"} {
				frames = append(frames, must(sealer.AppendFrame(nil, []byte(p))))
			}
			var last error
			for _, f := range damage(frames) {
				_, last = opener.Open(nil, f)
			}
			if last == nil {
				t.Error("it was opened")
			}
			if _, err := opener.Open(nil, frames[1]); err == nil {
				t.Error("a frame was opened after one that could not be")
			}
		})
	}
	s := sealPair(t)
	frame := must(must(s.Sealer(FromServer)).AppendFrame(nil, []byte("x")))
	if _, err := must(s.Opener(FromClient)).Open(nil, frame); err == nil {
		t.Error("what the server has sealed was taken for the client's")
	}
	other := sealPair(t)
	other.KeyExchange = []byte("C")
	if _, err := must(other.Opener(FromServer)).Open(nil, frame); err == nil {
		t.Error("a frame of another connection was opened")
	}
}

// Clients write JSON in many ways.
func TestSealedFrameInOtherSpelling(t *testing.T) {
	s := sealPair(t)
	frame := must(must(s.Sealer(FromClient)).AppendFrame(nil, []byte("x")))
	data := strings.TrimSuffix(strings.TrimPrefix(string(frame), head), tail)
	spelt := ` { "data" : "` + strings.ReplaceAll(data, "/", `\/`) + `" , "msgid" : 25 } `
	if piece, err := must(s.Opener(FromClient)).Open(nil, []byte(spelt)); err != nil || string(piece) != "x" {
		t.Errorf("opened %q, %v", piece, err)
	}
}

func TestSealKeys(t *testing.T) {
	key, err := testKey()
	if err != nil {
		t.Fatal(err)
	}
	one, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys(append(bytes.Clone(one), one...))
	if err != nil || len(keys) != 2 || keys[1].Fingerprint() != key.Fingerprint() {
		t.Errorf("read %d keys, %v", len(keys), err)
	}
	for _, bad := range []string{"", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		if _, err := ParseKeys([]byte(bad)); err == nil {
			t.Errorf("keys were found in %q", bad)
		}
	}
	for _, bad := range []string{"", "!", "AAAA", base64.StdEncoding.EncodeToString(make([]byte, 384))} {
		if _, err := key.Secret(bad); err == nil {
			t.Errorf("a secret was found in %q", bad)
		}
		if _, err := ParsePublicKey(bad); err == nil {
			t.Errorf("a key was found in %q", bad)
		}
	}
}

func TestSealedAtMost(t *testing.T) {
	s := sealPair(t)
	sealer, opener := must(s.Sealer(FromClient)), must(s.Opener(FromClient))
	frame := must(sealer.AppendFrame(nil, make([]byte, wire.MaxSealPiece)))
	if len(frame) > wire.MaxSealedFrame {
		t.Errorf("the longest frame has %d bytes", len(frame))
	}
	if _, err := opener.Open(nil, frame); err != nil {
		t.Error(err)
	}
	sealer.count = maxSealed
	if _, err := sealer.AppendFrame(nil, nil); err == nil {
		t.Error("sealed for ever")
	}
}

func BenchmarkSeal(b *testing.B) {
	s := Session{Secret: make([]byte, 32), Nonce: make([]byte, 32)}
	sealer, opener := must(s.Sealer(FromClient)), must(s.Opener(FromClient))
	piece := bytes.Repeat([]byte("x"), 200)
	var frame, opened []byte
	b.ReportAllocs()
	for b.Loop() {
		frame = must(sealer.AppendFrame(frame[:0], piece))
		var err error
		if opened, err = opener.Open(opened[:0], frame); err != nil {
			b.Fatal(err)
		}
	}
}
