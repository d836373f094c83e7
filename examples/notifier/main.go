// Command notifier takes texts over HTTP and posts them to a group. Its answer 200 means
// that the message is stored; 503 means that it is not known to be, and that whoever
// asked may try again later.
//
//	PARLEY_PASSWORD=… go run ./examples/notifier --name alarm --group 1
//	curl --data 'disk full on db1' http://127.0.0.1:8090/
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"parley/client"
	"parley/wire"
)

func main() {
	server := flag.String("server", client.DefaultServer, "where the server is")
	name := flag.String("name", "alarm", "the account that posts; it is made at the first start")
	group := flag.Int64("group", 0, "the group's number; 0 makes a group")
	listen := flag.String("listen", "127.0.0.1:8090", "where texts are taken over HTTP")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *server, *name, *group, *listen)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, server, name string, group int64, listen string) error {
	options := client.Options{Server: server, Name: name, Password: os.Getenv("PARLEY_PASSWORD"), Device: "notifier"}
	if _, err := client.Register(ctx, options); err != nil && client.CodeOf(err) != wire.NameTaken {
		return err
	}
	c, err := client.Dial(ctx, options)
	if err != nil {
		return err
	}
	defer c.Close()
	if group == 0 {
		if group, err = c.MakeGroup(ctx, client.NewGroup{Name: "notices", Description: "what " + name + " has to say", Joining: "open"}); err != nil {
			return err
		}
	} else if _, err := c.JoinGroup(ctx, group); err != nil && client.CodeOf(err) != wire.AlreadyMember {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	log.Printf("posting to group %d what is sent to http://%s/", group, listener.Addr())
	web := &http.Server{Handler: post(c, group), ReadTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = web.Shutdown(context.WithoutCancel(ctx)) })
	defer stop()
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return c.Logout(context.WithoutCancel(ctx))
}

// post answers when the message is stored, or when it is not known to be.
func post(c *client.Client, group int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			http.Error(w, "send a text with POST", http.StatusMethodNotAllowed)
			return
		}
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wire.DefaultMaxFrame))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		receipt, err := c.SendGroup(ctx, group, string(text))
		var refused *client.Error
		switch {
		case errors.As(err, &refused):
			http.Error(w, refused.Error(), http.StatusBadRequest) // for good: too long, not a member, …
		case err != nil:
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		default:
			fmt.Fprintln(w, "stored as number", receipt.Seq)
		}
	}
}
