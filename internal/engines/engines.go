// Package engines starts real servers (MariaDB, PostgreSQL, Redis, HAProxy, nginx) from
// what is installed, each in a folder of its own on free loopback ports, and stops them
// by process id. Tests run against them, and `parley dev-cluster` runs on them.
package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Patience is how long a server may take until it answers, and to stop in order.
const Patience = 60 * time.Second

// Options say where a server lives. The zero value of everything but Dir will do.
type Options struct {
	Dir  string    // made if it does not exist; what is in it is used
	Port int       // 0 takes a free one
	Log  io.Writer // what the server prints; nil for nobody
	Args []string  // further arguments, behind the package's own
	// Unsynced has a database never wait for the disk. What is committed outlives the
	// server's process, and not the machine: for tests alone.
	Unsynced bool
}

// Server is a running server. Its methods are for one goroutine at a time, but for Done.
type Server struct {
	Name string
	Port int
	Dir  string

	command func() *exec.Cmd // makes the process anew
	ready   func(context.Context) error
	polite  syscall.Signal // what asks for an orderly stop
	stopped func()         // cleans up behind a Stop; nil for nothing to do

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
	err  error // of the process, read after done
}

// Addr is the server's address, 127.0.0.1 and its port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

// PID is the process's id.
func (s *Server) PID() int { return s.process().Process.Pid }

// Done is closed when the process has ended.
func (s *Server) Done() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}

func (s *Server) process() *exec.Cmd {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cmd
}

// start runs the process in a group of its own and waits until it answers.
func (s *Server) start(ctx context.Context) error {
	cmd := s.command()
	apart(cmd)
	EndWithUs(cmd)
	started, done := make(chan error, 1), make(chan struct{})
	go func() {
		// The kernel ends the child with the thread that made it, so that this one stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			err = cmd.Wait()
			s.mu.Lock()
			s.err = err
			s.mu.Unlock()
		}
		close(done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	s.mu.Lock()
	s.cmd, s.done = cmd, done
	s.mu.Unlock()
	if err := s.await(ctx, done); err != nil {
		s.Kill()
		return err
	}
	return nil
}

// await asks until the server answers, it has ended, or nobody waits any more.
func (s *Server) await(ctx context.Context, done <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		one, end := context.WithTimeout(ctx, time.Second)
		err := s.ready(one)
		end()
		if err == nil {
			return nil
		}
		select {
		case <-done:
			return fmt.Errorf("%s ended before it answered: %w", s.Name, errors.Join(s.ended(), err))
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", s.Name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ended is how the process ended.
func (s *Server) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Kill is kill -9, and waits for the end.
func (s *Server) Kill() {
	_ = s.Signal(syscall.SIGKILL) // it may have ended
	<-s.Done()
}

// Stop asks for an orderly stop and waits; a server that takes too long is killed.
func (s *Server) Stop() {
	if s.stopped != nil {
		defer s.stopped()
	}
	select {
	case <-s.Done():
		return
	default:
	}
	_ = s.Continue()
	_ = s.process().Process.Signal(s.polite)
	select {
	case <-s.Done():
	case <-time.After(Patience):
		s.Kill()
	}
}

// Restart starts a server that has ended again, on the same folder and port. Processes of a
// PostgreSQL that was killed may outlive it for a moment, and a new one does not start beside
// them: Restart waits until they have ended, at most Patience.
func (s *Server) Restart(ctx context.Context) error {
	if err := s.vacated(ctx); err != nil {
		return err
	}
	return s.start(ctx)
}

// vacated waits until no process of the server is left.
func (s *Server) vacated(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		left := s.remains()
		if len(left) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s has ended, and its processes %v have not: %w", s.Name, left, context.Cause(ctx))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// FreePort is a port of the loopback address that nobody listens on now.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// launch starts a server on a free port, and on another if somebody was faster.
func launch(ctx context.Context, o Options, make func(port int) *Server) (*Server, error) {
	var err error
	for range 3 {
		port := o.Port
		if port == 0 {
			if port, err = FreePort(); err != nil {
				return nil, err
			}
		}
		s := make(port)
		if err = s.start(ctx); err == nil {
			return s, nil
		}
		if o.Port != 0 || ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

// program is one that has to be installed.
type program struct{ name, pkg string }

var programs = []program{
	{"mariadbd", "mariadb-server"},
	{"mariadb-install-db", "mariadb-server"},
	{"postgres", "postgresql"},
	{"initdb", "postgresql"},
	{"pg_basebackup", "postgresql"},
	{"mariadb", "mariadb-client"},
	{"psql", "postgresql-client"},
	{"rsync", "rsync"}, // what a server of a Galera cluster gets a copy by
	{"lsof", "lsof"},   // what rsync's script looks for ports with
	{"redis-server", "redis-server"},
	{"haproxy", "haproxy"},
	{"nginx", "nginx-light"},
	{"node", "nodejs"}, // a client of another language in test/sealed, and the web part
	{"npm", "npm"},
	{"chromium", "chromium"}, // the browser of the web client's tests
}

// find returns a program's path, or an error that names its Debian package.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range []string{"/usr/sbin/", "/usr/lib/postgresql/*/bin/"} {
		if found, _ := filepath.Glob(pattern + name); len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	for _, p := range programs {
		if p.name == name {
			return "", fmt.Errorf("%s is not installed (Debian: apt-get install %s)", name, p.pkg)
		}
	}
	return "", fmt.Errorf("%s is not installed", name)
}

// Missing names the Debian packages of the programs that are not installed.
func Missing() []string {
	var missing []string
	seen := map[string]bool{}
	for _, p := range programs {
		if _, err := find(p.name); err != nil && !seen[p.pkg] {
			seen[p.pkg] = true
			missing = append(missing, p.pkg)
		}
	}
	if found, _ := filepath.Glob("/usr/lib/nginx/modules/ngx_stream_module.so"); len(found) == 0 {
		missing = append(missing, "libnginx-mod-stream")
	}
	if _, err := os.Stat(galera); err != nil {
		missing = append(missing, "galera-4")
	}
	return missing
}

// folder makes a server's folder, and gives it to the user that the server runs as:
// databases refuse to run as root.
func folder(dir, name string) (*account, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("running as root, and there is no user %s to run the server as: %w", name, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	// The way to it must be open to that user, too; temporary folders often are not.
	for parent := filepath.Dir(dir); len(parent) > len(os.TempDir()) && filepath.Dir(parent) != parent; parent = filepath.Dir(parent) {
		if st, err := os.Stat(parent); err == nil && st.Mode().Perm()&0o001 == 0 {
			if err := os.Chmod(parent, st.Mode().Perm()|0o011); err != nil {
				return nil, err
			}
		}
	}
	return &account{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

// run runs a program to its end, as a user if one is given.
func run(ctx context.Context, as *account, log io.Writer, name string, args ...string) error {
	path, err := find(name)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	runAs(cmd, as)
	out, err := cmd.CombinedOutput()
	if log != nil {
		_, _ = log.Write(out)
	}
	if err != nil {
		return fmt.Errorf("%s: %w:\n%s", name, err, out)
	}
	return nil
}

// answers reports whether somebody listens.
func answers(addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		return c.Close()
	}
}
