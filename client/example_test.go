package client_test

import (
	"context"
	"fmt"
	"log"

	"parley/client"
	"parley/wire"
)

func Example() {
	ctx := context.Background()
	options := client.Options{
		Server: "tcp://127.0.0.1:6000",
		Name:   "alice", Password: "correct horse", Device: "laptop",
		OnMessage: func(_ *client.Client, m *client.Message) { fmt.Println(m.SenderName, m.Text) },
	}
	if _, err := client.Register(ctx, options); err != nil && client.CodeOf(err) != wire.NameTaken {
		log.Fatal(err)
	}
	c, err := client.Dial(ctx, options)
	if err != nil {
		log.Fatal(err)
	}
	bob, err := c.AddFriend(ctx, 2)
	if err != nil && client.CodeOf(err) != wire.AlreadyFriends {
		log.Fatal(err)
	}
	receipt, err := c.Send(ctx, bob.ID, "hello") // returns when it is stored
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("stored as number", receipt.Seq)
	if err := c.Logout(ctx); err != nil {
		log.Print(err)
	}
}

func ExampleClient_Post() {
	c, err := client.New(client.Options{Name: "alice", Password: "correct horse", Device: "laptop"})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Start(); err != nil { // connects in the background, and goes on trying
		log.Fatal(err)
	}
	for i := range 10 {
		err := c.Post(client.Group(7), fmt.Sprint("number ", i), func(r client.Receipt, err error) {
			fmt.Println(r.Seq, err)
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := c.Flush(context.Background()); err != nil {
		log.Fatal(err)
	}
}
