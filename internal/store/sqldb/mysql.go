package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3/database"
)

// How long the servers' side and ours wait. Locks are waited for at most a second, and a
// transaction that idles for longer is ended by the server, so that a node that stands
// still in the middle of one does not stop the others. Nothing takes longer than
// callTimeout: a server that does not answer is one that is away.
const (
	LockWait      = time.Second
	statementTime = 5 * time.Second
	CallTimeout   = 6 * time.Second
	dialTimeout   = 3 * time.Second
	// idleWait is how long a transaction may idle. Tests that do not look at it wait for longer
	// than a machine with other work may stop them.
	idleWait = time.Second
)

// mysqlHooks are the pieces that statements leave to the dialect.
var mysqlHooks = map[string]string{
	"for update":   "FOR UPDATE",
	"for share":    "LOCK IN SHARE MODE",
	"ids":          "(SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j)",
	"or greater":   "ON DUPLICATE KEY UPDATE %1.%2 = GREATEST(%1.%2, VALUES(%2))",
	"or nothing":   "ON DUPLICATE KEY UPDATE %1 = VALUES(%1)",
	"now":          "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
	"integer":      "SIGNED",
	"returning id": "",
}

// mysqlDialect is MySQL or MariaDB at an address, mysql://user:password@host:port/database,
// or at several, of which one takes writes, or all as a Galera cluster.
func mysqlDialect(address string) (*Dialect, string, error) {
	u, err := serverURL(address, "3306", "tls")
	if err != nil {
		return nil, "", err
	}
	c := mysql.NewConfig()
	c.User, c.Net, c.DBName = u.user, "tcp", u.database
	c.Passwd = u.password
	c.TLSConfig = u.params["tls"]
	c.Timeout, c.ReadTimeout, c.WriteTimeout = dialTimeout, CallTimeout, CallTimeout
	c.Collation = "utf8mb4_bin"
	c.InterpolateParams = false // arguments are bound, never pasted into the text
	c.Logger = &mysql.NopLogger{}
	d := new(Dialect)
	*d = Dialect{
		Name:        MySQL,
		goose:       database.DialectMySQL,
		Server:      true,
		IdleWait:    idleWait,
		hooks:       mysqlHooks,
		placeholder: func(int) string { return "?" },
		Classify:    classifyMySQL,
		advise:      adviseMySQL,
		ask:         askMySQL,
		Connect: func(ctx context.Context, addr string, p Purpose) (driver.Conn, error) {
			with := c.Clone()
			with.Addr = addr
			if p == ForMoving {
				with.ReadTimeout = 0
			}
			with.DialFunc = d.hosts.dialing
			for _, session := range []func(Purpose, time.Duration) map[string]string{galeraSession, mysqlSession, oracleSession} {
				conn, err := mysqlConnect(ctx, with, session(p, d.IdleWait))
				var e *mysql.MySQLError
				if !errors.As(err, &e) || e.Number != 1193 { // ER_UNKNOWN_SYSTEM_VARIABLE: it is not that kind
					return conn, err
				}
			}
			return nil, errors.New("the server knows none of the settings that are needed: it is neither MariaDB nor MySQL")
		},
	}
	d.hosts = &hosts{addrs: u.hosts, dial: d.dial, ask: d.ask}
	return d.withTexts(), u.String(), nil
}

// askMySQL asks a server for its role. One of a Galera cluster that is not in step with
// the others, or with too few of them, is not ready.
func askMySQL(l *Link) (role, error) {
	var galera, ready bool
	if err := l.Query(sqlGalera, func(r Row) bool {
		switch strings.ToLower(r.Text(0)) {
		case "wsrep_provider_name":
			galera = r.Text(1) != ""
		case "wsrep_ready":
			ready = r.Text(1) == "ON"
		}
		return true
	}); err != nil {
		return role{}, err
	}
	if galera && !ready {
		return role{}, nil
	}
	r, err := l.One(Writable)
	if err != nil || r == nil {
		return role{}, err
	}
	return role{writes: r.Yes(0), equal: galera}, nil
}

// mysqlSession is what a connection sets for itself. READ COMMITTED, because rows are
// locked by their ids and gaps between them need not be; a reader sees one moment.
func mysqlSession(p Purpose, idle time.Duration) map[string]string {
	s := map[string]string{
		"time_zone": "'+00:00'", "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
		"innodb_lock_wait_timeout": strconv.Itoa(int(LockWait.Seconds())),
		"tx_isolation":             "'READ-COMMITTED'",
	}
	switch p {
	case ForReading:
		s["tx_isolation"] = "'REPEATABLE-READ'"
		fallthrough
	case ForWriting:
		s["idle_transaction_timeout"] = strconv.Itoa(int(idle.Seconds()))
		s["max_statement_time"] = strconv.Itoa(int(statementTime.Seconds()))
	case ForMoving:
		s["tx_isolation"] = "'REPEATABLE-READ'" // gaps are locked, so that no node can be added
	case ForMigration, forMigrationLock, ForCheckpoint, ForChecking, forAsking:
		s["innodb_lock_wait_timeout"] = "30"
	}
	return s
}

// galeraSession is the same for MariaDB that can be one of a Galera cluster, as all usual
// builds can: what begins on a server sees all that was committed on any. It costs nothing
// where there is no cluster.
func galeraSession(p Purpose, idle time.Duration) map[string]string {
	s := mysqlSession(p, idle)
	s["wsrep_sync_wait"] = "1"
	return s
}

// oracleSession is the same for MySQL itself, whose variables have other names. It cannot
// end transactions that idle: a node that stands still in the middle of one holds its locks
// for as long as the connection lives.
func oracleSession(p Purpose, idle time.Duration) map[string]string {
	s := mysqlSession(p, idle)
	s["transaction_isolation"] = s["tx_isolation"]
	if s["max_statement_time"] != "" {
		s["max_execution_time"] = milliseconds(statementTime)
	}
	for _, theirs := range []string{"tx_isolation", "idle_transaction_timeout", "max_statement_time"} {
		delete(s, theirs)
	}
	return s
}

func mysqlConnect(ctx context.Context, c *mysql.Config, session map[string]string) (driver.Conn, error) {
	c.Params = session
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return connector.Connect(ctx)
}

func classifyMySQL(err error) Failure {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return FailedIO
	}
	switch e.Number {
	case 1062: // ER_DUP_ENTRY
		return FailedDuplicate
	case 1406, 1366, 1264, 3819, 4025, 1153: // too long, not UTF-8, out of range, a check, larger than a packet
		return FailedRow
	case 1114, 1021, 3, 28: // full
		return FailedFull
	case 1290, 1792, 1836: // --read-only, a transaction that is, read-only mode
		return FailedReadOnly
	case 1205, 1969, 3024: // lock wait, statement's time
		return FailedBusy
	case 1213: // a deadlock; on Galera also that another server's transaction was first, at the latest at COMMIT
		return FailedConflict
	case 1040, 1203, 1226: // too many connections, of all or of the user
		return FailedCrowded
	case 1047, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1927, 4031: // not in step with the cluster, stopping, connection cut, killed, idle for too long
		return FailedIO
	}
	return FailedOtherwise
}

func adviseMySQL(err error) string {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return adviseNet(err)
	}
	switch e.Number {
	case 1045: // ER_ACCESS_DENIED_ERROR
		return "the user or the password is wrong, or that user may not come from this machine: check the URL, with % escapes in the password"
	case 1044, 1142: // ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR
		return "the user may not make tables there: GRANT ALL ON the database TO the user"
	case 1049: // ER_BAD_DB_ERROR
		return "there is no such database: CREATE DATABASE it, with CHARACTER SET utf8mb4"
	case 1040: // ER_CON_COUNT_ERROR
		return "the server takes no more connections: raise its max_connections"
	}
	return ""
}

// UnknownStatement reports whether a server does not know the statement: MySQL itself.
func UnknownStatement(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && (e.Number == 1064 || e.Number == 1295)
}

// RanOut reports whether a statement was ended for the time that it took.
func RanOut(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && (e.Number == 1969 || e.Number == 3024)
}
