package bus

import (
	"strconv"
	"strings"

	"parley/internal/chat"
)

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
