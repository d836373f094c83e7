package balancers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/test/testkit"
)

// mostVanished is within how long the node must have found out that a client's network
// vanished without a word, so that its account is free.
const mostVanished = 20 * time.Second

// inNamespace names the configuration to test, in a process that runs in the balancer's network.
const inNamespace = "PARLEY_TEST_VANISHED"

const balancerIP, clientIP = "10.231.0.1", "10.231.0.2"

// A client's network vanishes without a word while the balancer in front of the node stays:
// with nothing under way to it, with messages under way, and with the first message when
// keep-alive is about to give it up. So does that of clients without a balancer.
// The clients are in a network of their own, and the kernel's settings are those that the
// shipped file asks for.
func TestVanishedBehindBalancers(t *testing.T) {
	t.Parallel()
	if name := os.Getenv(inNamespace); name != "" {
		vanish(t, name)
		return
	}
	if os.Getuid() != 0 {
		t.Skip("this test needs the right to make network namespaces, which root has")
	}
	for _, name := range []string{"haproxy.cfg", "nginx.conf"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // what they do is wait
			ns := fmt.Sprintf("parley-%d-%c", os.Getpid(), name[0])
			for _, n := range []string{ns + "b", ns + "c"} {
				if out, err := exec.Command("ip", "netns", "add", n).CombinedOutput(); err != nil {
					t.Skipf("this test needs the right to make network namespaces: %v, %s", err, out)
				}
				t.Cleanup(func() { run(t, "ip", "netns", "del", n) })
				run(t, "ip", "-n", n, "link", "set", "lo", "up")
			}
			run(t, "ip", "-n", ns+"b", "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns", ns+"c")
			for n, addr := range map[string]string{ns + "b": balancerIP, ns + "c": clientIP} {
				run(t, "ip", "-n", n, "addr", "add", addr+"/30", "dev", "v0")
				run(t, "ip", "-n", n, "link", "set", "v0", "up")
			}
			cmd := exec.Command("ip", "netns", "exec", ns+"b", os.Args[0], "-test.run", "^TestVanishedBehindBalancers$", "-test.v")
			cmd.Env = append(os.Environ(), inNamespace+"="+name, inNamespace+"_NS="+ns)
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil || !bytes.Contains(out, []byte("--- PASS")) {
				t.Error(err)
			}
		})
	}
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v, %s", name, strings.Join(args, " "), err, out)
	}
}

// vanishing is a client whose network will be gone.
type vanishing struct {
	what string
	seen *seen
	says func(t *testing.T, s *seen, gone time.Time) // what the node has for it
}

// vanish runs where the balancer is.
func vanish(t *testing.T, name string) {
	ns := os.Getenv(inNamespace + "_NS")
	if name == "nginx.conf" {
		applySettings(t, "../../deploy/nginx.conf")
	}
	node, came := watchedNode(t)
	tcp, web := balancerWith(t, name, "*", []*testkit.Process{node, node, node}, func(text string) string { return text })
	var clients []*vanishing
	enter := func(what, addr string) {
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			t.Fatal(err)
		}
		for how, says := range map[string]func(*testing.T, *seen, time.Time){
			"nothing under way": func(*testing.T, *seen, time.Time) {},
			"messages under way": func(_ *testing.T, s *seen, _ time.Time) {
				for range 20 {
					s.link.Out().Send([]byte(`{"msgid":4}`))
					time.Sleep(time.Second)
				}
			},
			"a message late": func(_ *testing.T, s *seen, gone time.Time) {
				late := 8 * time.Second // keep-alive gives up after 9 s
				if what == "no balancer" {
					late = 15 * time.Second // after 16 s
				}
				time.Sleep(time.Until(gone.Add(late)))
				s.link.Out().Send([]byte(`{"msgid":4}`))
			},
		} {
			s := through(t, came, func() {
				inside(t, ns+"c", func() {
					c, err := net.Dial("tcp", net.JoinHostPort(balancerIP, port))
					if err != nil {
						t.Error(err)
						return
					}
					_ = c.SetReadDeadline(time.Now().Add(time.Second))
					if what == "WebSocket" {
						_, _ = fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
							"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
						_, _ = io.ReadFull(c, make([]byte, 12))
						return
					}
					answered(t, c)
				})
			})
			clients = append(clients, &vanishing{what: what + ", " + how, seen: s, says: says})
		}
	}
	enter("TCP", tcp)
	enter("WebSocket", web)
	enter("no balancer", node.TCP)

	// From here on each side's packets go to a machine that does not exist.
	const nobody = "02:00:00:00:00:99"
	run(t, "ip", "neigh", "replace", clientIP, "lladdr", nobody, "dev", "v0", "nud", "permanent")
	run(t, "ip", "-n", ns+"c", "neigh", "replace", balancerIP, "lladdr", nobody, "dev", "v0", "nud", "permanent")
	gone := time.Now()
	found := make(chan string, len(clients))
	for _, c := range clients {
		go c.says(t, c.seen, gone)
		go func() {
			select {
			case <-c.seen.gone:
				took := time.Since(gone)
				found <- fmt.Sprintf("%s: found out after %.1f s", c.what, took.Seconds())
				if took > mostVanished {
					t.Errorf("%s: that is too late", c.what)
				}
			case <-time.After(2 * mostVanished):
				t.Errorf("%s: not found out within %v", c.what, 2*mostVanished)
				found <- c.what
			}
		}()
	}
	for range clients {
		t.Log(<-found)
	}
}

// inside runs f in another network.
func inside(t *testing.T, ns string, f func()) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the thread ends with the goroutine
		h, err := os.Open("/var/run/netns/" + ns)
		if err == nil {
			defer h.Close()
			err = unix.Setns(int(h.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// applySettings returns this network the kernel settings that a file's comment asks for.
func applySettings(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`(?m)^#\s+(net\.ipv4\.\w+) = (\d+)`).FindAllStringSubmatch(string(text), -1)
	if len(all) != 4 {
		t.Fatalf("%s asks for %d settings, want 4", path, len(all))
	}
	for _, s := range all {
		if err := os.WriteFile("/proc/sys/"+strings.ReplaceAll(s[1], ".", "/"), []byte(s[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
