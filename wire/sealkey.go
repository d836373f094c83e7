package wire

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
)

// The RSA key of sealed connections (RFC 8017).
const (
	SealKeyBits    = 3072 // of a new key
	minSealKeyBits = 2048
	maxSealKeyBits = 8192
	// SealFingerprint is how many characters a key's fingerprint has.
	SealFingerprint = 7 + 43
)

// SealKey is a server's private key for sealed connections. It is safe for concurrent use.
type SealKey struct {
	private     *rsa.PrivateKey
	public      string
	fingerprint string
}

// NewSealKey makes a key; that takes a second or so.
func NewSealKey() (*SealKey, error) {
	k, err := rsa.GenerateKey(rand.Reader, SealKeyBits)
	if err != nil {
		return nil, err
	}
	return sealKey(k)
}

func sealKey(k *rsa.PrivateKey) (*SealKey, error) {
	if bits := k.N.BitLen(); bits < minSealKeyBits || bits > maxSealKeyBits {
		return nil, fmt.Errorf("wire: a key for sealed connections has %d to %d bits, and this one %d", minSealKeyBits, maxSealKeyBits, bits)
	}
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		return nil, err
	}
	return &SealKey{k, base64.StdEncoding.EncodeToString(der), fingerprint(der)}, nil
}

// sealKeyBlock is the type of a key's PEM block (PKCS #8, RFC 5958).
const sealKeyBlock = "PRIVATE KEY"

// ParseSealKeys reads the RSA private keys in PEM blocks (PKCS #8), in their order. What
// is no such block is an error, and so is a text without any.
func ParseSealKeys(text []byte) ([]*SealKey, error) {
	var keys []*SealKey
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		private, ok := parsed.(*rsa.PrivateKey)
		if block.Type != sealKeyBlock || err != nil || !ok {
			return nil, fmt.Errorf("wire: block %d is no RSA private key (PKCS #8)", len(keys)+1)
		}
		key, err := sealKey(private)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("wire: there is no private key in PEM")
	}
	return keys, nil
}

// PEM gives the key as ParseSealKeys reads it. It is a secret.
func (k *SealKey) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: sealKeyBlock, Bytes: der}), nil
}

// Public is the `key` of frame 22.
func (k *SealKey) Public() string { return k.public }

// Fingerprint names the key to people and pins: see SealPublicKey.
func (k *SealKey) Fingerprint() string { return k.fingerprint }

// Secret opens the `key` of frame 23. The error does not say what is wrong.
func (k *SealKey) Secret(key string) ([]byte, error) {
	ciphertext, err := base64.StdEncoding.DecodeString(key)
	if err == nil {
		var secret []byte
		secret, err = k.private.Decrypt(nil, ciphertext, &rsa.OAEPOptions{Hash: crypto.SHA256})
		if err == nil && len(secret) == SealSecret {
			return secret, nil
		}
	}
	return nil, errors.New("wire: the secret of a sealed connection cannot be opened")
}

// SealPublicKey is the key of a server, as its client sees it.
type SealPublicKey struct {
	key *rsa.PublicKey
	// Fingerprint is "SHA256:" and the base64, without padding, of the hash of the key
	// (SubjectPublicKeyInfo, DER).
	Fingerprint string
}

// ParseSealPublicKey reads the `key` of frame 22.
func ParseSealPublicKey(key string) (*SealPublicKey, error) {
	bad := errors.New("wire: the server's key for sealed connections is no RSA public key")
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return nil, bad
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	public, ok := parsed.(*rsa.PublicKey)
	if err != nil || !ok {
		return nil, bad
	}
	if bits := public.N.BitLen(); bits < minSealKeyBits || bits > maxSealKeyBits {
		return nil, fmt.Errorf("wire: the server's key for sealed connections has %d bits; %d to %d are taken", bits, minSealKeyBits, maxSealKeyBits)
	}
	return &SealPublicKey{public, fingerprint(der)}, nil
}

// NewSecret makes a secret and gives it with the `key` of frame 23 that holds it.
func (k *SealPublicKey) NewSecret() (secret []byte, key string, err error) {
	secret = make([]byte, SealSecret)
	rand.Read(secret) // it never fails
	ciphertext, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, k.key, secret, nil)
	return secret, base64.StdEncoding.EncodeToString(ciphertext), err
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
