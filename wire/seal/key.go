package seal

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

// The server's RSA key (RFC 8017).
const (
	KeyBits    = 3072 // bits of a new key
	minKeyBits = 2048
	maxKeyBits = 8192
	// FingerprintLen is the number of characters of a key's fingerprint.
	FingerprintLen = 7 + 43
)

// Key is a server's private key. Many goroutines may use it at the same time.
type Key struct {
	private     *rsa.PrivateKey
	public      string
	fingerprint string
}

// NewKey makes a key of KeyBits bits. It takes about a second.
func NewKey() (*Key, error) {
	k, err := rsa.GenerateKey(rand.Reader, KeyBits)
	if err != nil {
		return nil, err
	}
	return keyOf(k)
}

func keyOf(k *rsa.PrivateKey) (*Key, error) {
	if bits := k.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
		return nil, fmt.Errorf("seal: a key must have %d to %d bits, and this one has %d", minKeyBits, maxKeyBits, bits)
	}
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		return nil, err
	}
	return &Key{k, base64.StdEncoding.EncodeToString(der), fingerprint(der)}, nil
}

// pemBlock is the type of a key's PEM block (PKCS #8, RFC 5958).
const pemBlock = "PRIVATE KEY"

// ParseKeys returns the RSA private keys of a text, in their order. Each key is a PEM block
// (PKCS #8) of 2048 to 8192 bits. A block of another kind is an error, and so is a text
// without a key.
func ParseKeys(text []byte) ([]*Key, error) {
	var keys []*Key
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		private, ok := parsed.(*rsa.PrivateKey)
		if block.Type != pemBlock || err != nil || !ok {
			return nil, fmt.Errorf("seal: block %d is not an RSA private key (PKCS #8)", len(keys)+1)
		}
		key, err := keyOf(private)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("seal: there is no private key in PEM")
	}
	return keys, nil
}

// PEM returns the private key as ParseKeys reads it. Keep it secret.
func (k *Key) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemBlock, Bytes: der}), nil
}

// Public returns the public key as the `key` of frame 22.
func (k *Key) Public() string { return k.public }

// Fingerprint returns the public key's fingerprint: see PublicKey.
func (k *Key) Fingerprint() string { return k.fingerprint }

// Secret decrypts the `key` of frame 23 and returns the client's secret. The error does not
// say what is wrong.
func (k *Key) Secret(key string) ([]byte, error) {
	ciphertext, err := base64.StdEncoding.DecodeString(key)
	if err == nil {
		var secret []byte
		secret, err = k.private.Decrypt(nil, ciphertext, &rsa.OAEPOptions{Hash: crypto.SHA256})
		if err == nil && len(secret) == SecretSize {
			return secret, nil
		}
	}
	return nil, errors.New("seal: the secret of a sealed connection cannot be opened")
}

// PublicKey is a server's public key, as its client sees it.
type PublicKey struct {
	key *rsa.PublicKey
	// Fingerprint identifies the key: "SHA256:" and the base64, without padding, of the
	// SHA-256 of the key (SubjectPublicKeyInfo, DER). People compare it, and clients pin it.
	Fingerprint string
}

// ParsePublicKey reads the `key` of frame 22. It must be an RSA key of 2048 to 8192 bits.
func ParsePublicKey(key string) (*PublicKey, error) {
	bad := errors.New("seal: the server's key is not an RSA public key")
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return nil, bad
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	public, ok := parsed.(*rsa.PublicKey)
	if err != nil || !ok {
		return nil, bad
	}
	if bits := public.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
		return nil, fmt.Errorf("seal: the server's key has %d bits, and must have %d to %d", bits, minKeyBits, maxKeyBits)
	}
	return &PublicKey{public, fingerprint(der)}, nil
}

// NewSecret makes a random secret. It returns the secret, and the `key` of frame 23 that
// holds it.
func (k *PublicKey) NewSecret() (secret []byte, key string, err error) {
	secret = make([]byte, SecretSize)
	rand.Read(secret) // it never fails
	ciphertext, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, k.key, secret, nil)
	return secret, base64.StdEncoding.EncodeToString(ciphertext), err
}

func fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
