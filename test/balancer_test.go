package test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/deploy"
	"parley/internal/bench"
	"parley/internal/engines"
)

// balancer runs a balancer with the configuration in deploy/, in which only addresses are
// put in place.
func balancer(t *testing.T, name string, nodes []*process) (tcp, web string) {
	t.Helper()
	return balancerWith(t, name, "127.0.0.1", nodes, func(text string) string { return text })
}

// balancerWith is balancer on an address of this machine (* for all), with something else
// changed in the configuration.
func balancerWith(t *testing.T, name, host string, nodes []*process, change func(string) string) (tcp, web string) {
	t.Helper()
	var addrs [2]string
	var port int
	for i := range addrs {
		var err error
		if port, err = engines.FreePort(); err != nil {
			t.Fatal(err)
		}
		addrs[i] = fmt.Sprint(host, ":", port)
	}
	var behind [3]deploy.Node
	for i, n := range nodes {
		behind[i] = deploy.Node{TCP: n.tcp, HTTP: n.http, Admin: n.admin}
	}
	text := deploy.HAProxy(addrs[0], addrs[1], behind)
	if name == "nginx.conf" {
		text = deploy.Nginx(addrs[0], addrs[1], behind, "/usr/lib/nginx/modules")
	}
	config := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(config, []byte(change(text)), 0o600); err != nil {
		t.Fatal(err)
	}
	start := engines.StartHAProxy
	if name == "nginx.conf" {
		start = engines.StartNginx
	}
	s, err := start(context.Background(), config, port, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return addrs[0], addrs[1]
}

func getStatus(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// Three nodes behind each balancer, over TCP and WebSocket: clients get through, a node
// sees whence they come, and a rolling restart under load loses nothing.
func TestBalancers(t *testing.T) {
	c := newCluster(t, "postgres", "--proxy-from", "127.0.0.1", "--drain-delay", "3s", "--drain-window", "500ms")
	c.becomes("200")
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			tcp, web := balancer(t, name, c.nodes)
			for _, server := range []string{"tcp://" + tcp, "ws://" + web + "/ws"} {
				o := client.Options{
					Server: server, Name: fmt.Sprint(name, server[:2]), Password: password, Device: "d",
					OnEvent: func(*client.Client, client.Event) {}, MinBackoff: 10 * time.Millisecond, MaxBackoff: 500 * time.Millisecond,
				}
				// The balancer checks first, and has nobody to send a client to until then.
				for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
					_, err := client.Register(soon(t), o)
					if err == nil {
						break
					}
					if time.Since(began) > 20*time.Second {
						t.Fatalf("%s: %v", server, err)
					}
				}
				login(t, o)
			}
			// What operators look at is not for those who chat.
			for path, want := range map[string]int{"/healthz": 200, "/readyz": 404, "/metrics": 404} {
				if status := getStatus(t, "http://"+web+path); status != want {
					t.Errorf("%s through the balancer is %d, want %d", path, status, want)
				}
			}
			direct := c.nodes
			behind := &cluster{t: t, nodes: []*process{{tcp: tcp}}}
			behind.load(bench.Options{Workload: bench.Direct, Users: 12, Window: 8, Rate: 200}, func(alive func(string)) {
				n := direct[0]
				if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
					if status, reasons := n.readyz(); status == 503 && strings.Join(reasons, "") == "draining" {
						break
					}
					if time.Since(began) > 10*time.Second {
						t.Fatal("a node that stops does not say that it drains")
					}
				}
				alive("while a node drains")
				select {
				case <-n.done:
				case <-time.After(patience):
					t.Fatal("the node does not stop")
				}
				alive("without it")
				n.restart()
				alive("with it again")
			})
			c.becomes("200")
		})
	}
}

// `parley dev-cluster` starts everything, lets two people chat through the balancer on
// whichever nodes they are, and leaves no process behind.
func TestDevCluster(t *testing.T) {
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
			var out logBuffer
			cmd := exec.Command(parley(t), "dev-cluster", "--dir", dir, "--database", database, "--tcp", addrs[0], "--http", addrs[1], "--every", "1s")
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
			again, err := exec.Command(parley(t), "dev-cluster", "--dir", dir, "--tcp", addrs[0], "--http", addrs[1]).CombinedOutput()
			if err == nil || !strings.Contains(string(again), "runs in "+dir+" already") {
				t.Errorf("a second one in the folder: %v, %s", err, again)
			}
			shown := make(chan *client.Message, 1)
			var clients [2]*client.Client
			var id int64
			for i, server := range []string{"tcp://" + addrs[0], "ws://" + addrs[1] + "/ws"} {
				o := client.Options{
					Server: server, Name: fmt.Sprint("user ", i), Password: password, Device: "d", OnEvent: func(*client.Client, client.Event) {},
					OnMessage: func(_ *client.Client, m *client.Message) { shown <- m },
				}
				if id, err = client.Register(soon(t), o); err != nil {
					t.Fatalf("%v\n%s", err, out.String())
				}
				clients[i] = login(t, o)
			}
			if _, err := clients[0].Send(soon(t), id, "through the balancer"); err != nil {
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
