// Package client is the Go SDK of Parley: it connects, logs in, sends until the
// server says "stored", and hands every conversation to the program in order.
//
//	c, err := client.Dial(ctx, client.Options{
//		Server: "tcp://127.0.0.1:6000", Name: "alice", Password: "…", Device: "laptop",
//		OnMessage: func(c *client.Client, m *client.Message) { fmt.Println(m.SenderName, m.Text) },
//	})
//	receipt, err := c.Send(ctx, bob, "hello")
//
// # Sending
//
// Every message gets a number (send_seq) that grows by one for each device. It
// stays in the outbox until the server has answered it, across any number of
// reconnects, and is stored once however often it was sent. A [Receipt] means
// "stored", never "seen". Messages go out in the order of the calls; at most 256 are
// under way without an answer. A refusal for now (busy, unavailable, disk full) is
// repeated after the time the server names or a growing delay; a refusal for good is
// returned as an [Error].
//
// The numbers belong to the device, so only one program at a time may use a device:
// give each program its own [Options.Device]. Without a device nothing links one run
// of a program to the next, and only one nameless session of an account may be online.
//
// # Receiving
//
// Messages of one conversation come in the order of their seq, each once. A message
// that comes early waits; when the missing ones do not come by themselves they are
// fetched from the server's history, and after a bounded number of tries the gap is
// told as a [Gap] and what follows is shown. What was said in a group while the account
// was no member is told as [NotMember]. One's own messages take their place in
// that order as soon as they are acked.
//
// Where a conversation starts: the server sends everything past the device's
// delivered cursor, in order, so the first message it delivers is the first to show.
// The ack of a message of one's own says nothing about what lies before it; when it
// comes first in a conversation the cursor is looked up in the conversation list.
//
// The handlers run one at a time in a goroutine of their own, in order. A message
// counts as displayed when its handler has returned; that is what the server is told
// (frame 13), at most once a second or every 256 messages. A handler gets the client as
// an argument, because it may be called before Dial has returned. It may call
// everything but Login, Logout and Close. [Message.Reply] answers a message. A slow handler loses no message: what does
// not fit into the buffer is fetched from the history later.
//
// # Restarts
//
// With an [Options.Store] all of this holds across restarts of the program, and its
// death at any moment: messages are on the disk before they go out, and under their
// numbers; what was displayed is on the disk before the server is told, and is not
// shown again; the next run logs in by token. Between the return of a handler and the
// save there is a moment (at most 100 ms or 128 messages) in which a death makes
// messages come again; none is left out. Package client/history is a Store in a SQLite
// file, and [Client.Recall] reads the local history.
//
// # Connection
//
// After the first login the client comes back by itself: exponential backoff with
// full jitter, the server's advice (frame 26) respected, by the session's token where
// it can. [Client.Done] tells when it will not come back.
//
// All methods may be called from any goroutine.
package client
