package test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/client"
	"parley/internal/bench"
	"parley/internal/engines"
)

// balancer runs a balancer with the configuration in deploy/, in which only addresses are
// put in place.
func balancer(t *testing.T, name string, nodes []*process) (tcp, web string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	var ports [2]int
	for i := range ports {
		if ports[i], err = engines.FreePort(); err != nil {
			t.Fatal(err)
		}
	}
	var pairs []string
	for i, n := range nodes {
		_, webPort, _ := strings.Cut(n.http, ":")
		node := fmt.Sprint("10.0.0.", i+1)
		pairs = append(pairs, node+":6000 port 8080", n.tcp+" port "+webPort, node+":6000", n.tcp, node+":8080", n.http)
	}
	for i, port := range []string{"6000", "8080"} {
		here := fmt.Sprint("127.0.0.1:", ports[i])
		pairs = append(pairs, "bind :"+port, "bind "+here, "listen "+port, "listen "+here)
	}
	if _, err := os.Stat("/usr/lib/nginx/modules"); err == nil {
		pairs = append(pairs, "modules/ngx", "/usr/lib/nginx/modules/ngx")
	}
	config := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(config, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	start := engines.StartHAProxy
	if name == "nginx.conf" {
		start = engines.StartNginx
	}
	s, err := start(context.Background(), config, ports[0], io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s.Addr(), fmt.Sprint("127.0.0.1:", ports[1])
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
					OnEvent: func(client.Event) {}, MinBackoff: 10 * time.Millisecond, MaxBackoff: 500 * time.Millisecond,
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
