package engines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// URLOf is the address of a database that several servers hold, as parley takes it.
func URLOf(servers []*Database, database string) string {
	var addrs []string
	for _, d := range servers {
		addrs = append(addrs, d.Addr())
	}
	return strings.Replace(servers[0].URL(database), servers[0].Addr(), strings.Join(addrs, ","), 1)
}

// Is reports whether a condition in SQL holds on the server; false if it does not answer.
func (d *Database) Is(ctx context.Context, condition string) bool {
	text := "SELECT 1 / CASE WHEN " + condition + " THEN 1 ELSE 0 END"
	if d.scheme == "mysql" { // where a division by zero is none
		text = "SELECT (SELECT 1 UNION ALL SELECT 2 FROM (SELECT 1) x WHERE NOT (" + condition + "))"
	}
	return d.sql(ctx, "", text) == nil
}

// Await waits until a condition in SQL holds on the server.
func (d *Database) Await(ctx context.Context, condition string) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for !d.Is(ctx, condition) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not come to hold on %s", condition, d.Addr())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// StartPostgresStandby makes a folder into a copy of a running PostgreSQL, whatever was in
// it, and starts a standby on it that follows.
func StartPostgresStandby(ctx context.Context, primary *Database, o Options) (*Database, error) {
	as, err := folder(o.Dir, "postgres")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(o.Dir, "data")
	if err := os.RemoveAll(data); err != nil {
		return nil, err
	}
	if err := run(ctx, as, o.Log, "pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(primary.Port), "-U", "parley",
		"-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync"); err != nil {
		return nil, err
	}
	return StartPostgres(ctx, o)
}

// Promote makes a standby the primary, and waits until it is. Nothing is asked of a standby
// of its own.
func (d *Database) Promote(ctx context.Context) error {
	if err := d.synchronous(ctx, ""); err != nil {
		return err
	}
	return d.sql(ctx, "", "SELECT pg_promote()")
}

// AwaitStandby has every commit wait for a standby from now on, and waits until there is
// one that has everything.
func (d *Database) AwaitStandby(ctx context.Context) error {
	if err := d.synchronous(ctx, "*"); err != nil {
		return err
	}
	return d.Await(ctx, "EXISTS (SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync')")
}

func (d *Database) synchronous(ctx context.Context, names string) error {
	if err := d.sql(ctx, "", "ALTER SYSTEM SET synchronous_standby_names = '"+names+"'"); err != nil {
		return err
	}
	return d.sql(ctx, "", "SELECT pg_reload_conf()")
}

// galera is the provider of Galera's replication.
const galera = "/usr/lib/galera/libgalera_smm.so"

// StartGalera starts a MariaDB Galera cluster of n servers, each in a folder of its own
// below o.Dir, that find out within two seconds that one of them is dead.
func StartGalera(ctx context.Context, o Options, n int) (_ []*Database, err error) {
	if _, err := os.Stat(galera); err != nil {
		return nil, errors.New("galera is not installed (Debian: apt-get install galera-4)")
	}
	var group []int // the ports among them
	for range 3 * n {
		port, err := FreePort()
		if err != nil {
			return nil, err
		}
		group = append(group, port)
	}
	var servers []*Database
	defer func() {
		if err != nil {
			for _, d := range servers {
				d.Stop()
			}
		}
	}()
	folderOf := func(i int) Options { return Options{Dir: filepath.Join(o.Dir, fmt.Sprint("g", i+1)), Log: o.Log} }
	member := func(i int, more ...string) Options {
		m := folderOf(i)
		m.Args = append(append(galeraArgs(i, group[:n], group[n+i], group[2*n+i]), o.Args...), more...)
		return m
	}
	// The first makes the database. The others begin with copies of it, and therefore need
	// nothing but what is written afterwards.
	first, err := StartMariaDB(ctx, member(0, "--wsrep-new-cluster"))
	if err != nil {
		return nil, err
	}
	first.Stop()
	for i := 1; i < n; i++ {
		if err := copyFolder(ctx, filepath.Join(folderOf(0).Dir, "data"), folderOf(i).Dir); err != nil {
			return nil, err
		}
	}
	for i := range n {
		var more []string
		if i == 0 {
			more = []string{"--wsrep-new-cluster"}
		}
		d, err := StartMariaDB(ctx, member(i, more...))
		if err != nil {
			return nil, err
		}
		servers = append(servers, d)
		if err := d.Await(ctx, fmt.Sprintf(inStep, i+1)); err != nil {
			return nil, err
		}
	}
	return servers, nil
}

// inStep is the condition that a server is one of a cluster of so many, and has everything.
const inStep = "(SELECT COUNT(*) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_LOCAL_STATE' AND VARIABLE_VALUE = '4' " +
	"OR VARIABLE_NAME = 'WSREP_CLUSTER_SIZE' AND VARIABLE_VALUE = '%d') = 2"

func galeraArgs(i int, group []int, ist, sst int) []string {
	var addrs []string
	for _, port := range group {
		addrs = append(addrs, fmt.Sprint("127.0.0.1:", port))
	}
	return []string{
		"--binlog-format=ROW", "--innodb-autoinc-lock-mode=2", "--innodb-buffer-pool-size=64M",
		"--wsrep-on=ON", "--wsrep-provider=" + galera, "--wsrep-cluster-name=parley",
		"--wsrep-cluster-address=gcomm://" + strings.Join(addrs, ","),
		"--wsrep-node-address=" + addrs[i], "--wsrep-node-name=" + fmt.Sprint("g", i+1), "--wsrep-sst-method=rsync",
		fmt.Sprint("--wsrep-sst-receive-address=127.0.0.1:", sst),
		"--wsrep-provider-options=" + strings.Join([]string{
			"gmcast.listen_addr=tcp://" + addrs[i], fmt.Sprint("ist.recv_addr=127.0.0.1:", ist), "gcache.size=64M",
			"evs.keepalive_period=PT0.3S", "evs.inactive_check_period=PT0.3S", "evs.suspect_timeout=PT1S",
			"evs.inactive_timeout=PT3S", "evs.install_timeout=PT3S", "pc.recovery=FALSE",
		}, ";"),
	}
}

var recovered = regexp.MustCompile(`WSREP: Recovered position:? ([0-9a-f-]+:-?\d+)`)

// Rejoin starts a server of a Galera cluster of so many again that was killed, and waits
// until it is in step with the others.
func (d *Database) Rejoin(ctx context.Context, size int) error {
	was := d.command
	cmd := was()
	keep := cmd.Args[:1]
	for _, arg := range cmd.Args[1:] {
		if arg != "--wsrep-new-cluster" {
			keep = append(keep, arg)
		}
	}
	var log bytes.Buffer
	ask := decorated(exec.CommandContext(ctx, cmd.Path, append(append([]string(nil), keep[1:]...), "--wsrep-recover")...), d.as, &log)
	if err := ask.Run(); err != nil {
		return fmt.Errorf("finding the last position of %s: %w\n%s", d.Dir, err, log.String())
	}
	found := recovered.FindStringSubmatch(log.String())
	if found == nil {
		return fmt.Errorf("%s does not tell its last position:\n%s", d.Dir, log.String())
	}
	d.command = func() *exec.Cmd {
		cmd := was()
		cmd.Args = append(append([]string(nil), keep...), "--wsrep-start-position="+found[1])
		return cmd
	}
	defer func() { d.command = was }()
	if err := d.Restart(ctx); err != nil {
		return err
	}
	return d.Await(ctx, fmt.Sprintf(inStep, size))
}

// copyFolder copies a folder into another one, with owners and rights.
func copyFolder(ctx context.Context, from, to string) error {
	if _, err := folder(to, "mysql"); err != nil {
		return err
	}
	return run(ctx, nil, io.Discard, "cp", "-a", from, to)
}
