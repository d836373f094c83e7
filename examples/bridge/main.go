// Command bridge carries messages between two groups, which may be on two servers. What
// is said in one appears in the other, with the name of who said it.
//
//	PARLEY_PASSWORD=… go run ./examples/bridge --name bridge \
//		--left tcp://127.0.0.1:6000/1 --right tls://chat.example.org/7
//
// A message counts as displayed when it is in the outbox of the other side, on the disk.
// So a bridge that is killed and started again leaves nothing out. A message may come twice
// if the bridge dies in the moment between the two.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"parley/client"
	"parley/client/history"
	"parley/wire"
)

func main() {
	name := flag.String("name", "bridge", "the account on both sides; it is made at the first start")
	left := flag.String("left", "", "one group, as SERVER/GID: tcp://127.0.0.1:6000/1")
	right := flag.String("right", "", "the other group")
	state := flag.String("state", "bridge-state", "folder that remembers how far each side was carried")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *name, *left, *right, *state)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

// side is one end of the bridge.
type side struct {
	label   string
	server  string
	group   client.Conversation
	store   *history.Store
	options client.Options
	client  *client.Client
}

func run(ctx context.Context, name string, left, right, state string) error {
	var sides [2]side
	defer func() {
		// What a handler has put into the other side's outbox must count as displayed on its
		// own side, or the next run carries it again.
		finish, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		for i := range sides {
			if sides[i].client != nil {
				_ = sides[i].client.FinishHandlers(finish)
			}
		}
		for i := range sides {
			sides[i].close()
		}
	}()
	entered := make(chan struct{})
	for i, end := range []struct{ label, address string }{{"left", left}, {"right", right}} {
		s := &sides[i]
		s.label = end.label
		if err := s.parse(end.address); err != nil {
			return err
		}
		other := &sides[1-i]
		if err := s.open(name, state, func(m *client.Message) { carry(ctx, entered, s, other, m) }); err != nil {
			return fmt.Errorf("%s: %w", s.label, err)
		}
	}
	for i := range sides {
		if err := sides[i].enter(ctx); err != nil {
			return fmt.Errorf("%s: %w", sides[i].label, err)
		}
	}
	close(entered)
	log.Printf("carrying messages between %s and %s", left, right)
	select {
	case <-ctx.Done():
		return nil
	case <-sides[0].client.Done():
		return sides[0].client.Err()
	case <-sides[1].client.Done():
		return sides[1].client.Err()
	}
}

// parse takes SERVER/GID apart.
func (s *side) parse(address string) error {
	i := strings.LastIndex(address, "/")
	if i < 0 {
		return fmt.Errorf("--%s %q must name a server and a group, as tcp://127.0.0.1:6000/1", s.label, address)
	}
	gid, err := strconv.ParseInt(address[i+1:], 10, 64)
	if err != nil {
		return fmt.Errorf("--%s %q does not end with a group's number", s.label, address)
	}
	s.server, s.group = address[:i], client.Group(gid)
	return nil
}

// open makes the client and what it remembers.
func (s *side) open(name, state string, carry func(*client.Message)) error {
	device := "bridge-" + s.label
	options := client.Options{
		Server: s.server, Name: name, Password: os.Getenv("PARLEY_PASSWORD"), Device: device,
		OnMessage: func(_ *client.Client, m *client.Message) { carry(m) },
	}
	var err error
	s.store, err = history.Open(history.Path(state, s.server, name, device), history.Options{NoMessages: true})
	if err != nil {
		return err
	}
	options.Store = s.store
	s.options = options
	s.client, err = client.New(options)
	return err
}

func (s *side) close() {
	if s.client != nil {
		s.client.Close()
	}
	if s.store != nil {
		s.store.Close()
	}
}

// enter makes the account if need be, logs in and joins the group.
func (s *side) enter(ctx context.Context) error {
	if _, err := client.Register(ctx, s.options); err != nil && client.CodeOf(err) != wire.NameTaken {
		return err
	}
	if err := s.client.Login(ctx); err != nil {
		return err
	}
	_, err := s.client.JoinGroup(ctx, s.group.GID)
	if client.CodeOf(err) == wire.AlreadyMember {
		return nil
	}
	return err
}

// carry runs in a handler of one side and returns when the message is in the outbox of
// the other side, on the disk: from there it goes out once, in this run or a later one.
// When the outbox is full it waits, and what is said meanwhile stays in the log of this side.
func carry(ctx context.Context, entered <-chan struct{}, from, to *side, m *client.Message) {
	if m.Mine || m.Conversation != from.group {
		return
	}
	select {
	case <-entered: // both sides have logged in
	case <-ctx.Done():
	}
	outcome := func(_ client.Receipt, err error) {
		if err != nil && !errors.Is(err, client.ErrKept) {
			log.Printf("%s: a message of %s was refused by the other side: %v", from.label, m.SenderName, err)
		}
	}
	text := m.SenderName + ": " + m.Text
	err := to.client.Post(to.group, text, outcome)
	for errors.Is(err, client.ErrOutboxFull) && to.client.Flush(ctx) == nil {
		err = to.client.Post(to.group, text, outcome)
	}
	var refused *client.Error
	switch {
	case errors.As(err, &refused):
		outcome(client.Receipt{}, err) // too long with the name in front of it
	case err != nil:
		// It was not carried, so it must not count as displayed: a handler that returns
		// after its client was closed has displayed nothing, and the message comes again.
		<-from.client.Done()
	}
}
