package balancers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/deploy"
	"parley/internal/bench"
	"parley/internal/engines"
	"parley/test/testkit"
)

// balancer runs a balancer with the configuration in deploy/, in which only addresses are
// put in place.
func balancer(t *testing.T, name string, nodes []*testkit.Process) (tcp, web string) {
	t.Helper()
	return balancerWith(t, name, "127.0.0.1", nodes, func(text string) string { return text })
}

// balancerWith is balancer on an address of this machine (* for all), with something else
// changed in the configuration.
func balancerWith(t *testing.T, name, host string, nodes []*testkit.Process, change func(string) string) (tcp, web string) {
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
		behind[i] = deploy.Node{TCP: n.TCP, HTTP: n.HTTP, Admin: n.Admin}
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
	t.Parallel()
	c := testkit.NewCluster(t, "postgres", testkit.Unsynced, "--proxy-from", "127.0.0.1", "--drain-delay", "3s", "--drain-window", "500ms")
	c.Becomes("200")
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		t.Run(name, func(t *testing.T) {
			c.T = t
			tcp, web := balancer(t, name, c.Nodes)
			for _, server := range []string{"tcp://" + tcp, "ws://" + web + "/ws"} {
				o := client.Options{
					Server: server, Name: fmt.Sprint(name, server[:2]), Password: testkit.Password, Device: "d",
					OnEvent: func(*client.Client, client.Event) {}, MinBackoff: 10 * time.Millisecond, MaxBackoff: 500 * time.Millisecond,
				}
				// The balancer checks first, and has nobody to send a client to until then.
				for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
					_, err := client.Register(testkit.Soon(t), o)
					if err == nil {
						break
					}
					if time.Since(began) > 20*time.Second {
						t.Fatalf("%s: %v", server, err)
					}
				}
				testkit.Login(t, o)
			}
			// What operators look at is not for those who chat.
			for path, want := range map[string]int{"/healthz": 200, "/readyz": 404, "/metrics": 404} {
				if status := getStatus(t, "http://"+web+path); status != want {
					t.Errorf("%s through the balancer is %d, want %d", path, status, want)
				}
			}
			direct := c.Nodes
			behind := &testkit.Cluster{T: t, Nodes: []*testkit.Process{{TCP: tcp}}}
			behind.Load(bench.Options{Workload: bench.Direct, Users: 12, Window: 8, Rate: 200}, func(alive func(string)) {
				n := direct[0]
				if err := n.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
					if status, reasons := n.Readyz(); status == 503 && strings.Join(reasons, "") == "draining" {
						break
					}
					if time.Since(began) > 10*time.Second {
						t.Fatal("a node that stops does not say that it drains")
					}
				}
				alive("while a node drains")
				select {
				case <-n.Done:
				case <-time.After(testkit.Patience):
					t.Fatal("the node does not stop")
				}
				alive("without it")
				n.Restart()
				alive("with it again")
			})
			c.Becomes("200")
		})
	}
}
