package front

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"parley/client"
	"parley/test/testkit"
)

// TestSendFromPipes sends what people pipe into a program: it is stored as it was meant,
// or refused with what to do about it.
func TestSendFromPipes(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	bob, shown := reader(t, p, "bob")
	for name, c := range map[string]struct{ stdin, want, err string }{
		"lines of Unix":    {"one\ntwo\n", "one\ntwo", ""},
		"lines of Windows": {"\ufeffone\r\ntwo\r\n", "one\ntwo", ""},
		"Chinese":          {"备份完成\n", "备份完成", ""},
		"Latin-1":          {"caf\xe9\n", "", "iconv"},
		"GBK":              {"\xb1\xb8\xb7\xdd\n", "", "iconv"},
		"UTF-16":           {"\xff\xfeo\x00k\x00", "", "UTF-16"},
		"NUL":              {"a\x00b", "", "control character (U+0000) at byte 2"},
		"nothing":          {"\n", "", "no text to send"},
		"too long":         {strings.Repeat("x", 4001), "", "4000"},
		"far too long":     {strings.Repeat("字", 5_000_000), "", "in pieces"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := p.Run(t, c.stdin, "send", "--name", "alice", "--register", "--to", fmt.Sprint(bob.Self().ID))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), "not sent") && !strings.Contains(err.Error(), "nothing was sent") {
					t.Fatalf("got %q, %v; want an error with %q", out, err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			comes(t, shown, "alice: "+c.want)
		})
	}
}

// TestTailIntoHead is `parley tail | head -n 1`: tail ends when nobody reads any more,
// without waiting for another message, and what nobody read comes again.
func TestTailIntoHead(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	o := client.Options{Server: "tcp://" + p.TCP, Name: "bob", Password: testkit.Password, Device: "setup"}
	if _, err := client.Register(testkit.Soon(t), o); err != nil {
		t.Fatal(err)
	}
	alice, _ := reader(t, p, "alice")
	if _, err := alice.Send(testkit.Soon(t), 1, "first"); err != nil {
		t.Fatal(err)
	}
	tail := exec.CommandContext(testkit.Soon(t), testkit.Program(t), "tail", "--server", "tcp://"+p.TCP, "--name", "bob")
	tail.Env = append(os.Environ(), "PARLEY_PASSWORD="+testkit.Password)
	out, err := tail.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasSuffix(line, " alice: first\n") {
		t.Fatalf("printed: %q, %v", line, err)
	}
	out.Close() // as head does
	if err := tail.Wait(); err != nil {
		t.Fatalf("tail ended with %v", err)
	}
	if _, err := alice.Send(testkit.Soon(t), 1, "second"); err != nil {
		t.Fatal(err)
	}
	got, err := p.Run(t, "", "tail", "--name", "bob", "-n", "1")
	if err != nil || !strings.HasSuffix(got, " alice: second\n") {
		t.Fatalf("the next run printed %q, %v", got, err)
	}
}

// TestTailOnAFullDisk has tail print to where there is no room: it ends with an error, and
// the message comes again.
func TestTailOnAFullDisk(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	p := testkit.Serve(t, t.TempDir())
	if _, err := client.Register(testkit.Soon(t), client.Options{Server: "tcp://" + p.TCP, Name: "bob", Password: testkit.Password}); err != nil {
		t.Fatal(err)
	}
	alice, _ := reader(t, p, "alice")
	if _, err := alice.Send(testkit.Soon(t), 1, "first"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(testkit.Soon(t))
	defer cancel()
	tail := exec.CommandContext(ctx, testkit.Program(t), "tail", "--server", "tcp://"+p.TCP, "--name", "bob")
	tail.Env = append(os.Environ(), "PARLEY_PASSWORD="+testkit.Password)
	var complaint bytes.Buffer
	tail.Stdout, tail.Stderr = full, &complaint
	if err := tail.Run(); err == nil || !strings.Contains(complaint.String(), "could not be printed") {
		t.Fatalf("ended with %v: %s", err, complaint.String())
	}
	got, err := p.Run(t, "", "tail", "--name", "bob", "-n", "1")
	if err != nil || !strings.HasSuffix(got, " alice: first\n") {
		t.Fatalf("the next run printed %q, %v", got, err)
	}
}

// TestPasteAtATerminal pastes several lines, commands among them, into the real program.
func TestPasteAtATerminal(t *testing.T) {
	t.Parallel()
	p := testkit.Serve(t, t.TempDir())
	_, shown := reader(t, p, "bob")
	if _, err := client.Register(testkit.Soon(t), client.Options{Server: "tcp://" + p.TCP, Name: "alice", Password: testkit.Password}); err != nil {
		t.Fatal(err)
	}
	k := sit(t, p, t.TempDir(), testkit.Password)
	k.sees("\x1b[?2004h", "logged in as alice")
	k.types("/to 1")
	k.sees("now talking to")
	const paste = "/quit\n\tline two\n/to nobody"
	if _, err := k.tty.WriteString("\x1b[200~" + strings.ReplaceAll(paste, "\n", "\r") + "\x1b[201~"); err != nil {
		t.Fatal(err)
	}
	k.types("")
	comes(t, shown, "alice: "+paste)
	k.types("still here", "/quit")
	comes(t, shown, "alice: still here")
}
