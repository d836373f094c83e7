package history

import (
	"encoding/json"

	"parley/client"
)

func pack(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// packExtra writes what a message has beside its text; "" for nothing.
func packExtra(e *client.Extra) (string, error) {
	if e.Empty() {
		return "", nil
	}
	return pack(e)
}

func unpackExtra(text string) (e client.Extra, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &e)
	}
	return e, err
}

// presentExtra is what a message has beside its text after what was done to it.
func presentExtra(text string, s *client.State) (client.Extra, error) {
	if s.Recalled {
		return client.Extra{}, nil
	}
	e, err := unpackExtra(text)
	if s.Mentions != nil {
		e.Mentions = *s.Mentions
	}
	return e, err
}
