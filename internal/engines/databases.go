package engines

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Database is a database server with one user, "parley", who may do everything.
type Database struct {
	*Server
	scheme string
	as     *account
	sql    func(ctx context.Context, database, text string) error
}

// URL is the address of one of its databases, as parley takes it.
func (d *Database) URL(database string) string {
	if d.scheme == "mysql" {
		return fmt.Sprintf("mysql://parley:parley@%s/%s", d.Addr(), database)
	}
	return fmt.Sprintf("postgres://parley@%s/%s?sslmode=disable", d.Addr(), database)
}

// Create makes an empty database and gives its URL. The name is letters, digits and _.
func (d *Database) Create(ctx context.Context, name string) (string, error) {
	text := "CREATE DATABASE " + name
	if d.scheme == "mysql" {
		text += " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	}
	if err := d.sql(ctx, "", text); err != nil {
		return "", err
	}
	return d.URL(name), nil
}

// Drop removes a database.
func (d *Database) Drop(ctx context.Context, name string) error {
	return d.sql(ctx, "", "DROP DATABASE "+name)
}

// Exec runs SQL in a database as its superuser, with the server's own client.
func (d *Database) Exec(ctx context.Context, database, text string) error {
	return d.sql(ctx, database, text)
}

// StartMariaDB starts MariaDB on a folder, which it fills first if it is empty.
func StartMariaDB(ctx context.Context, o Options) (*Database, error) {
	as, err := folder(o.Dir, "mysql")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(o.Dir, "data")
	program, err := find("mariadbd")
	if err != nil {
		return nil, err
	}
	var unsynced []string
	if o.Unsynced {
		unsynced = []string{"--debug-no-sync", "--innodb-flush-method=nosync", "--skip-sync-frm"}
	}
	if _, err := os.Stat(data); err != nil {
		err := run(ctx, as, o.Log, "mariadb-install-db", append([]string{
			"--no-defaults", "--datadir=" + data, "--tmpdir=" + o.Dir,
			"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve",
		}, unsynced...)...)
		if err != nil {
			return nil, err
		}
	}
	socket, done, err := shortDir(as)
	if err != nil {
		return nil, err
	}
	d := &Database{scheme: "mysql", as: as}
	d.sql = func(ctx context.Context, database, text string) error {
		return run(ctx, nil, nil, "mariadb", "--no-defaults", "--socket="+filepath.Join(socket, "s"), "-uroot", "-e", text, database)
	}
	d.Server, err = launch(ctx, o, func(port int) *Server {
		return &Server{
			Name: "MariaDB", Port: port, Dir: o.Dir, polite: syscall.SIGTERM,
			command: func() *exec.Cmd {
				_ = private(socket, as) // a stop has removed it; if it cannot be made, the server says so
				cmd := exec.Command(program, slices.Concat([]string{
					"--no-defaults", "--datadir=" + data, "--tmpdir=" + o.Dir, "--bind-address=127.0.0.1", fmt.Sprint("--port=", port),
					"--socket=" + filepath.Join(socket, "s"), "--pid-file=" + filepath.Join(o.Dir, "pid"),
					"--skip-name-resolve", "--innodb-buffer-pool-size=128M", "--innodb-log-file-size=64M",
					"--innodb-flush-log-at-trx-commit=1", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
					"--max-connections=500", "--performance-schema=OFF", "--skip-log-bin",
				}, unsynced, o.Args)...)
				return decorated(cmd, as, o.Log)
			},
			// One of a cluster answers early, and may look into no table before it is in step.
			ready: func(ctx context.Context) error { return d.sql(ctx, "", "SELECT COUNT(*) FROM mysql.user") },
		}
	})
	if err != nil {
		done()
		return nil, err
	}
	d.stopped = done
	err = d.sql(ctx, "", "CREATE USER IF NOT EXISTS parley@'127.0.0.1' IDENTIFIED BY 'parley';"+
		"GRANT ALL ON *.* TO parley@'127.0.0.1'")
	if err != nil {
		d.Stop()
		return nil, err
	}
	return d, nil
}

// shortDir is a folder whose path is short enough for a socket.
func shortDir(as *account) (string, func(), error) {
	dir, err := os.MkdirTemp("", "pq")
	if err != nil {
		return "", nil, err
	}
	return dir, func() { _ = os.RemoveAll(dir) }, private(dir, as)
}

// private makes a folder for a user's eyes alone.
func private(dir string, as *account) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if as == nil {
		return nil
	}
	return os.Chown(dir, int(as.Uid), int(as.Gid))
}

// StartPostgres starts PostgreSQL on a folder, which it fills first if it is empty.
func StartPostgres(ctx context.Context, o Options) (*Database, error) {
	as, err := folder(o.Dir, "postgres")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(o.Dir, "data")
	program, err := find("postgres")
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(data); err != nil {
		err := run(ctx, as, o.Log, "initdb", "-D", data, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
		if err != nil {
			return nil, err
		}
	}
	fsync := "fsync=on"
	if o.Unsynced {
		fsync = "fsync=off"
	}
	d := &Database{scheme: "postgres", as: as}
	d.sql = func(ctx context.Context, database, text string) error {
		if database == "" {
			database = "postgres"
		}
		return run(ctx, nil, nil, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", fmt.Sprint(d.Port),
			"-U", "parley", "-d", database, "-c", text)
	}
	d.Server, err = launch(ctx, o, func(port int) *Server {
		return &Server{
			Name: "PostgreSQL", Port: port, Dir: o.Dir, polite: syscall.SIGINT,
			command: func() *exec.Cmd {
				cmd := exec.Command(program, append([]string{
					"-D", data, "-c", "listen_addresses=127.0.0.1", "-c", fmt.Sprint("port=", port),
					"-c", "unix_socket_directories=", "-c", "shared_buffers=128MB", "-c", "max_connections=400",
					"-c", "synchronous_commit=on", "-c", fsync, "-c", "log_min_messages=warning",
				}, o.Args...)...)
				return decorated(cmd, as, o.Log)
			},
			ready: func(ctx context.Context) error {
				return run(ctx, nil, nil, "psql", "-X", "-q", "-h", "127.0.0.1", "-p", fmt.Sprint(port), "-U", "parley", "-d", "postgres", "-c", "SELECT 1")
			},
		}
	})
	return d, err
}

// decorated gives a command its user, its log, and a way of ending that tells who waits.
func decorated(cmd *exec.Cmd, as *account, log io.Writer) *exec.Cmd {
	runAs(cmd, as)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = time.Second
	return cmd
}

// StartRedis starts Redis without persistence: what it is used for is gone with it
// anyway.
func StartRedis(ctx context.Context, o Options) (*Server, error) {
	program, err := find("redis-server")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, err
	}
	return launch(ctx, o, func(port int) *Server {
		s := &Server{Name: "Redis", Port: port, Dir: o.Dir, polite: syscall.SIGTERM}
		s.command = func() *exec.Cmd {
			cmd := exec.Command(program, append([]string{
				"--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", o.Dir, "--save", "", "--appendonly", "no",
			}, o.Args...)...)
			return decorated(cmd, nil, o.Log)
		}
		s.ready = func(ctx context.Context) error { return pong(ctx, s.Addr()) }
		return s
	})
}

// StartSentinel starts a Redis Sentinel that watches one master under a name, and by
// itself decides that it is gone when it has not answered for a second.
func StartSentinel(ctx context.Context, o Options, name string, master *Server) (*Server, error) {
	program, err := find("redis-server")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, err
	}
	config := filepath.Join(o.Dir, "sentinel.conf") // it keeps there what it finds out
	text := fmt.Sprintf("sentinel monitor %[1]s 127.0.0.1 %[2]d 1\nsentinel down-after-milliseconds %[1]s 1000\n"+
		"sentinel failover-timeout %[1]s 5000\n", name, master.Port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return launch(ctx, o, func(port int) *Server {
		s := &Server{Name: "Redis Sentinel", Port: port, Dir: o.Dir, polite: syscall.SIGTERM}
		s.command = func() *exec.Cmd {
			cmd := exec.Command(program, append([]string{
				config, "--sentinel", "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", o.Dir,
			}, o.Args...)...)
			return decorated(cmd, nil, o.Log)
		}
		s.ready = func(ctx context.Context) error { return pong(ctx, s.Addr()) }
		return s
	})
}

// pong asks a Redis server whether it is there.
func pong(ctx context.Context, addr string) error {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	if _, err := io.WriteString(c, "PING\r\n"); err != nil {
		return err
	}
	answer := make([]byte, 5)
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if !strings.HasPrefix(string(answer), "+PONG") {
		return fmt.Errorf("the server answers %q to PING", answer)
	}
	return nil
}

// StartHAProxy runs HAProxy with a configuration; port is one that it listens on.
func StartHAProxy(ctx context.Context, config string, port int, log io.Writer) (*Server, error) {
	program, err := find("haproxy")
	if err != nil {
		return nil, err
	}
	s := &Server{Name: "HAProxy", Port: port, Dir: filepath.Dir(config), polite: syscall.SIGTERM}
	s.command = func() *exec.Cmd { return decorated(exec.Command(program, "-db", "-f", config), nil, log) }
	s.ready = answers(s.Addr())
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// StartNginx runs nginx with a configuration; port is one that it listens on.
func StartNginx(ctx context.Context, config string, port int, log io.Writer) (*Server, error) {
	program, err := find("nginx")
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(config)
	s := &Server{Name: "nginx", Port: port, Dir: dir, polite: syscall.SIGTERM}
	s.command = func() *exec.Cmd {
		return decorated(exec.Command(program, "-p", dir, "-c", config, "-g", "daemon off;"), nil, log)
	}
	s.ready = answers(s.Addr())
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}
