package hub

import "parley/internal/chat"

// Notify implements chat.Notifier.
func (h *Hub) Notify(n chat.Notice, topics ...chat.Topic) {
	for _, t := range topics {
		h.Receive(t, n)
	}
	if !h.bus.Mute() {
		h.bus.Publish(n, topics...)
	}
	if n.Read != nil { // of a user whose request this node has served
		h.hasRead(n.Read.Conv.ID, topics[0].User)
	}
}

// Receive implements chat.Receiver.
func (h *Hub) Receive(t chat.Topic, n chat.Notice) {
	if n.No != 0 {
		h.receiveNumbered(t, &n)
		return
	}
	h.apply(t, &n)
}
