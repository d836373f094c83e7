//go:build linux

// Package devcluster runs a whole cluster on one machine, to try it out and to break it:
// three nodes, a database server, Redis and HAProxy, from what is installed.
package devcluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"

	"parley/deploy"
	"parley/internal/engines"
	"parley/internal/platform"
	"parley/internal/server"
)

// Options say what to run and where.
type Options struct {
	Dir      string // everything is kept here
	Database string // mariadb or postgres
	TCP, Web string // where HAProxy listens, HOST:PORT
	Program  string // the parley program
	Log      io.Writer
}

// Cluster is a running cluster.
type Cluster struct {
	o     Options
	lock  *os.File
	db    *engines.Database
	redis *engines.Server
	nodes []*node
	proxy *engines.Server
}

// node is a `parley serve`.
type node struct {
	name, dir, tcp, http, admin string
	cmd                         *exec.Cmd
	done                        chan struct{} // closed when it has ended
}

// Start starts everything, the database first. The errors say what is not installed.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	c := &Cluster{o: o}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := c.takeFolder(o.Dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.Stop()
		}
	}()
	url, err := c.startDatabase(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	if c.redis, err = engines.StartRedis(ctx, engines.Options{Dir: filepath.Join(o.Dir, "redis")}); err != nil {
		return nil, err
	}
	var behind [3]deploy.Node
	for i := range behind {
		n, err := c.startNode(fmt.Sprint("n", i+1), url)
		if err != nil {
			return nil, err
		}
		behind[i] = deploy.Node{TCP: n.tcp, HTTP: n.http, Admin: n.admin}
	}
	if err := c.startProxy(ctx, behind); err != nil {
		return nil, err
	}
	return c, nil
}

// takeFolder keeps a second cluster out of the folder. What a crashed run had started has
// ended with it: the kernel sees to that.
func (c *Cluster) takeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the database's own user must get in
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, "cluster.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := platform.TryLock(f); err != nil {
		return errors.Join(fmt.Errorf("a cluster runs in %s already; stop it, or name another folder with --dir", dir), f.Close())
	}
	c.lock = f
	return nil
}

// startDatabase starts the server and makes its database the first time.
func (c *Cluster) startDatabase(ctx context.Context, dir string) (url string, err error) {
	start := engines.StartPostgres
	if c.o.Database == "mariadb" {
		start = engines.StartMariaDB
	}
	home := filepath.Join(dir, c.o.Database)
	if c.db, err = start(ctx, engines.Options{Dir: home}); err != nil {
		return "", err
	}
	made := filepath.Join(dir, c.o.Database+".made")
	if _, err := os.Stat(made); err == nil {
		return c.db.URL("parley"), nil
	}
	if url, err = c.db.Create(ctx, "parley"); err != nil {
		return "", err
	}
	return url, os.WriteFile(made, nil, 0o600)
}

// proxyAddr is the loopback address from which HAProxy connects to the nodes.
const proxyAddr = "127.0.0.2"

var readyLine = regexp.MustCompile(`^parley ready tcp=(\S+) http=(\S+) admin=(\S+) db=\S+$`)

// startNode starts a node on free ports and waits until it is ready.
func (c *Cluster) startNode(name, url string) (*node, error) {
	n := &node{name: name, dir: filepath.Join(c.o.Dir, name), done: make(chan struct{})}
	n.cmd = exec.Command(c.o.Program, "serve", "--data", n.dir, "--node-name", name, "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--admin", "127.0.0.1:0",
		"--bus", "redis://"+c.redis.Addr(), "--proxy-from", proxyAddr, "--drain-delay", "2s", "--drain-window", "1s")
	n.cmd.Env = append(os.Environ(), "PARLEY_DB="+url) // not where others see it
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	n.cmd.Stderr = c.o.Log
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	started := make(chan error, 1)
	line := make(chan string, 1)
	go func() {
		// The kernel ends a child with the thread that made it, so that this one stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(n.done)
		err := n.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		text, _ := bufio.NewReader(out).ReadString('\n') // without one it has ended
		line <- strings.TrimSpace(text)
		_ = n.cmd.Wait() // how it ended stands in its log
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	c.nodes = append(c.nodes, n)
	m := readyLine.FindStringSubmatch(<-line)
	if m == nil {
		return nil, fmt.Errorf("%s did not start; its log says why", name)
	}
	n.tcp, n.http, n.admin = m[1], m[2], m[3]
	return n, nil
}

func (c *Cluster) startProxy(ctx context.Context, behind [3]deploy.Node) error {
	config := filepath.Join(c.o.Dir, "haproxy.cfg")
	// HAProxy comes to the nodes from an address of its own, so that everybody else on this
	// machine can connect to a node without a PROXY header.
	text := strings.ReplaceAll(deploy.HAProxy(c.o.TCP, c.o.Web, behind), "default-server ", "default-server source "+proxyAddr+" ")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	var port int
	if _, err := fmt.Sscanf(c.o.TCP[strings.LastIndexByte(c.o.TCP, ':')+1:], "%d", &port); err != nil {
		return fmt.Errorf("%q is no HOST:PORT", c.o.TCP)
	}
	proxy, err := engines.StartHAProxy(ctx, config, port, c.o.Log)
	if err != nil {
		return fmt.Errorf("%w; is %s or %s taken? choose others with --tcp and --http", err, c.o.TCP, c.o.Web)
	}
	c.proxy = proxy
	return nil
}

// Describe tells where everything is.
func (c *Cluster) Describe(w io.Writer) {
	fmt.Fprintf(w, "parley cluster ready tcp=%s ws=ws://%s/ws\n", c.o.TCP, c.o.Web)
	fmt.Fprintf(w, "  database  %s (process %d)\n", c.db.Addr(), c.db.PID())
	fmt.Fprintf(w, "  redis     %s (process %d)\n", c.redis.Addr(), c.redis.PID())
	fmt.Fprintf(w, "  haproxy   %s, %s (process %d)\n", c.o.TCP, c.o.Web, c.proxy.PID())
	fmt.Fprintln(w, "Clients can use the balancer's addresses, or those of a node:")
	for _, n := range c.nodes {
		fmt.Fprintf(w, "  %-9s tcp=%s http=%s admin=%s (process %d)\n", n.name, n.tcp, n.http, n.admin, n.cmd.Process.Pid)
	}
}

// Show tells each node's sessions and health, a line for each.
func (c *Cluster) Show(ctx context.Context, w io.Writer) {
	for _, n := range c.nodes {
		sessions := "?"
		if rows, err := server.NewOperator(n.dir).Sessions(ctx); err == nil {
			sessions = fmt.Sprint(len(rows))
		}
		fmt.Fprintf(w, "%s  %s: %s sessions, %s\n", time.Now().Format(time.TimeOnly), n.name, sessions, health(ctx, n.admin))
	}
}

// health is what /readyz says, on one line.
func health(ctx context.Context, addr string) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", http.NoBody)
	if err != nil {
		return err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "does not answer"
	}
	defer resp.Body.Close() // read to its end
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return "does not answer"
	}
	return strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "; ")
}

// Stop stops everything in order, the database last.
func (c *Cluster) Stop() {
	for _, n := range c.nodes {
		_ = n.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	}
	for _, n := range c.nodes {
		select {
		case <-n.done:
		case <-time.After(engines.Patience):
			_ = n.cmd.Process.Kill()
			<-n.done
		}
	}
	for _, s := range []*engines.Server{c.proxy, c.redis} {
		if s != nil {
			s.Stop()
		}
	}
	if c.db != nil {
		c.db.Stop()
	}
	if c.lock != nil {
		_ = c.lock.Close() // frees the folder
	}
}
