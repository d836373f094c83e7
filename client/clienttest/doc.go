// Package clienttest is for tests of programs that use package client: a server in memory
// that a test plays frame by frame, so that it can lose, double, reorder and delay what it
// sends, end connections at any moment, and refuse what it likes; and a store in memory.
//
//	server := clienttest.NewServer()
//	c, _ := client.New(client.Options{Dialer: server.Dial, Name: "alice", Password: "…", Device: "test"})
//	c.Start()
//	peer, _ := server.Accept(ctx)
//	login, _ := peer.Next(ctx)                                  // frame 2
//	peer.Send(clienttest.Frame{"msgid": 3, "erron": 0, "id": 1, "name": "alice"})
//
// Connections are pipes, so a test under testing/synctest has fake time.
package clienttest
