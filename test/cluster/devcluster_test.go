package cluster

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/internal/engines"
	"parley/test/testkit"
)

// `parley dev-cluster` starts everything, lets two people chat through the balancer on
// whichever nodes they are, and leaves no process behind.
func TestDevCluster(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"postgres", "mariadb"} {
		t.Run(database, func(t *testing.T) {
			var addrs [2]string
			for i := range addrs {
				port, err := engines.FreePort()
				if err != nil {
					t.Fatal(err)
				}
				addrs[i] = fmt.Sprint("127.0.0.1:", port)
			}
			dir := filepath.Join(t.TempDir(), "cluster")
			var out testkit.LogBuffer
			cmd := exec.Command(testkit.Program(t), "dev-cluster", "--dir", dir, "--database", database, "--tcp", addrs[0], "--http", addrs[1], "--every", "1s")
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			says := func(what string) {
				t.Helper()
				for began := time.Now(); !strings.Contains(out.String(), what); time.Sleep(50 * time.Millisecond) {
					if time.Since(began) > time.Minute {
						t.Fatalf("it never says %q:\n%s", what, out.String())
					}
				}
			}
			says("n3: 0 sessions, ready")
			again, err := exec.Command(testkit.Program(t), "dev-cluster", "--dir", dir, "--tcp", addrs[0], "--http", addrs[1]).CombinedOutput()
			if err == nil || !strings.Contains(string(again), "runs in "+dir+" already") {
				t.Errorf("a second one in the folder: %v, %s", err, again)
			}
			shown := make(chan *client.Message, 1)
			var clients [2]*client.Client
			var id int64
			for i, server := range []string{"tcp://" + addrs[0], "ws://" + addrs[1] + "/ws"} {
				o := client.Options{
					Server: server, Name: fmt.Sprint("user ", i), Password: testkit.Password, Device: "d", OnEvent: func(*client.Client, client.Event) {},
					OnMessage: func(_ *client.Client, m *client.Message) { shown <- m },
				}
				if id, err = client.Register(testkit.Soon(t), o); err != nil {
					t.Fatalf("%v\n%s", err, out.String())
				}
				clients[i] = testkit.Login(t, o)
			}
			if _, err := clients[0].Send(testkit.Soon(t), id, "through the balancer"); err != nil {
				t.Fatal(err)
			}
			if m := <-shown; m.Text != "through the balancer" {
				t.Errorf("shown is %q", m.Text)
			}
			says("1 sessions, ready")
			var pids []int
			for _, m := range regexp.MustCompile(`process (\d+)`).FindAllStringSubmatch(out.String(), -1) {
				pid, err := strconv.Atoi(m[1])
				if err != nil {
					t.Fatal(err)
				}
				pids = append(pids, pid)
			}
			if len(pids) != 6 {
				t.Errorf("%d processes are told of, want 6", len(pids))
			}
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("%v\n%s", err, out.String())
				}
			case <-time.After(time.Minute):
				t.Fatalf("it does not stop:\n%s", out.String())
			}
			for _, pid := range pids {
				if !engines.Gone(pid) {
					t.Errorf("process %d is left", pid)
				}
			}
		})
	}
}
