package bus

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"parley/internal/chat"
)

// A notice on its way between nodes is JSON with the domain's own names. Neighbouring
// versions run side by side: unknown fields are ignored, and a notice of which nothing
// is known is dropped, for none is the only carrier.
type envelope struct {
	Version int         `json:"v"`
	From    string      `json:"from"` // the node's end of the bus, so that it does not hear itself
	Notice  chat.Notice `json:"notice"`
}

const envelopeVersion = 1

// MaxNotice is how many bytes one notice may have on its way; messages that are more are
// published in several.
const MaxNotice = 1 << 20

var errUnknownNotice = errors.New("bus: a notice of a kind that this version does not know")

func encodeNotice(from string, n *chat.Notice) ([]byte, error) {
	return json.Marshal(envelope{Version: envelopeVersion, From: from, Notice: *n}, json.OmitZeroStructFields(true))
}

func decodeNotice(text string) (e envelope, err error) {
	if len(text) > 2*MaxNotice {
		return e, fmt.Errorf("bus: a notice of %d bytes", len(text))
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return e, err
	}
	n := &e.Notice
	if n.Messages == nil && n.Presence == nil && n.Takeover == nil && n.Change == nil && n.Read == nil && n.Beat == nil {
		return e, errUnknownNotice
	}
	return e, nil
}

// halves splits a notice of several messages.
func halves(n *chat.Notice) (first, second chat.Notice, ok bool) {
	if n.Messages == nil || len(n.Messages.Messages) < 2 {
		return first, second, false
	}
	a, b := *n.Messages, *n.Messages
	middle := len(a.Messages) / 2
	a.Messages, b.Messages = a.Messages[:middle], b.Messages[middle:]
	return chat.Notice{Messages: &a}, chat.Notice{Messages: &b}, true
}

// channelOf is a topic's name on the server.
func channelOf(prefix string, t chat.Topic) string {
	switch {
	case t.Nodes:
		return prefix + "nodes"
	case t.Group != 0:
		return prefix + "g:" + strconv.FormatInt(int64(t.Group), 10)
	}
	return prefix + "u:" + strconv.FormatInt(int64(t.User), 10)
}

// topicOf is the reverse.
func topicOf(prefix, channel string) (chat.Topic, bool) {
	rest, ours := strings.CutPrefix(channel, prefix)
	if !ours {
		return chat.Topic{}, false
	}
	if rest == "nodes" {
		return chat.Topic{Nodes: true}, true
	}
	kind, number, _ := strings.Cut(rest, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	switch {
	case err != nil || id <= 0:
		return chat.Topic{}, false
	case kind == "g":
		return chat.Topic{Group: chat.GroupID(id)}, true
	case kind == "u":
		return chat.Topic{User: chat.UserID(id)}, true
	}
	return chat.Topic{}, false
}
