// Package client is the Go SDK of Parley. It connects, logs in, sends messages until the
// server has stored them, and passes received messages to the program in order.
//
//	c, err := client.Dial(ctx, client.Options{
//		Server: "tcp://127.0.0.1:6000", Name: "alice", Password: "…", Device: "laptop",
//		OnMessage: func(c *client.Client, m *client.Message) { fmt.Println(m.SenderName, m.Text) },
//	})
//	receipt, err := c.Send(ctx, bob, "hello")
//
// All methods may be called from any goroutine.
//
// # Sending
//
// Every message has a number (send_seq), which grows by one for each message of a device. A
// message stays in the outbox until the server has answered it, over any number of reconnects.
// The server stores it once, however often it was sent. A [Receipt] means that the message is
// stored; it does not mean that anybody has seen it. Messages are sent in the order of the
// calls. At most 256 wait for an answer at a time.
//
// If the server refuses a message for now (busy, unavailable, disk full), the client sends it
// again: after the time that the server says, or after a growing delay. If the server refuses a
// message for good, the call returns an [*Error].
//
// The numbers belong to the device, so only one program may use a device at a time. Give each
// program its own [Options.Device]. Without a device, nothing connects one run of a program to
// the next, and only one such session of an account may be online.
//
// # Receiving
//
// The messages of a conversation arrive in the order of their seq, each once. A message that
// arrives too early waits. If the missing messages do not arrive by themselves, the client
// fetches them from the server's history. If that fails [Options.GapTries] times, the client
// reports a [Gap] and continues after it. It reports messages from a time when the account was
// not a member of the group as [NotMember]. The account's own messages take their place in the
// same order as soon as they are acknowledged.
//
// The first message of a conversation is the first one that this device has not received yet.
// The server remembers that for each device.
//
// The handlers, OnMessage and OnEvent, run one at a time, in order, in a goroutine of their
// own. A message counts as displayed when its handler has returned. The client tells the server
// so at most once a second, or every 256 messages. A handler gets the client as an argument,
// because it may run before Dial has returned. It may call every method except Login, Logout,
// SignOut, FinishHandlers and Close. [Message.Reply] answers a message. A slow handler loses no
// message: the client fetches later what does not fit into its buffer.
//
// # Changes
//
// A message can be changed after it was sent: [Client.Edit], [Client.Recall], [Client.React],
// [Client.Unreact], [Client.Pin], [Client.Unpin]. A change goes through the outbox as a message does, and is
// made once. Messages come with what was done to them so far ([Message.State], and Text is the
// present text). What is done later comes as an event, [Changed]; [Message.Apply] brings a copy of the
// message up to date with it. No state is left out, whatever is lost on the way: the client knows the
// number of the last change of each conversation, and asks the server for what it missed.
//
// # Restarts
//
// With an [Options.Store], all of this also holds when the program is restarted or killed at
// any moment. A message is on the disk, with its number, before it is sent. A displayed message
// is on the disk before the server is told, and is not shown again. The next run logs in with
// the token. If the program is killed just after a handler has returned (within 100 ms, or 128
// messages), the next run gets those messages again; no message is left out. Package
// client/history is a Store in a SQLite file. [Client.Messages] reads the messages in the Store.
//
// # Connection
//
// After the first login the client reconnects by itself, with exponential backoff and full
// jitter. It waits as long as the server asks for in its goodbye (frame 26). It logs in with
// the token if it has one. [Client.Done] is closed when the client will not reconnect.
package client
