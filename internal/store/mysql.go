package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
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
	lockWait      = time.Second
	idleWait      = time.Second
	statementTime = 5 * time.Second
	callTimeout   = 6 * time.Second
	dialTimeout   = 3 * time.Second
)

// mysqlDialect is MySQL or MariaDB at an address, mysql://user:password@host:port/database.
func mysqlDialect(address string) (*dialect, string, error) {
	u, err := serverURL(address, "3306", "tls")
	if err != nil {
		return nil, "", err
	}
	c := mysql.NewConfig()
	c.User, c.Net, c.Addr, c.DBName = u.user, "tcp", u.host, u.database
	c.Passwd = u.password
	c.TLSConfig = u.params["tls"]
	c.Timeout, c.ReadTimeout, c.WriteTimeout = dialTimeout, callTimeout, callTimeout
	c.Collation = "utf8mb4_bin"
	c.InterpolateParams = false // arguments are bound, never pasted into the text
	c.Logger = &mysql.NopLogger{}
	d := &dialect{
		name:   "mysql",
		goose:  database.DialectMySQL,
		server: true,
		hooks: map[string]string{
			"for update":     "FOR UPDATE",
			"for share":      "LOCK IN SHARE MODE",
			"ids":            "(SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j)",
			"cursor grows":   "ON DUPLICATE KEY UPDATE cursors.seq = GREATEST(cursors.seq, VALUES(seq))",
			"or nothing":     "ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)",
			"or kept":        "ON DUPLICATE KEY UPDATE skeleton = VALUES(skeleton)",
			"now":            "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
			"integer":        "SIGNED",
			"returning id":   "",
			"begin write":    "START TRANSACTION",
			"begin read":     "START TRANSACTION READ ONLY",
			"fold the log":   "",
			"fold the rest":  "",
			"fold and cut":   "",
			"migration lock": "SELECT GET_LOCK(CONCAT('parley-schema-', DATABASE()), 60)",
			"moving lock":    "SELECT GET_LOCK(CONCAT('parley-moving-', DATABASE()), 0)",
			"hold nodes":     "SELECT id FROM nodes LOCK IN SHARE MODE",
			"free pages":     "", "give back": "",
			"set counter": "", // it follows the highest id
			"integrity":   "",
			// The index is forced: in a small table the server would rather look at every row, and
			// wait for those that others hold.
			"lock devices":       "SELECT STRAIGHT_JOIN d.id, d.session_id, d.last_send_seq FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id FOR UPDATE SKIP LOCKED",
			"move devices":       "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id SET d.last_send_seq = j.n",
			"insert many":        mysqlInsert(64),
			"insert more":        mysqlInsert(16),
			"insert some":        mysqlInsert(4),
			"lock conversations": "SELECT STRAIGHT_JOIN c.id, c.last_seq, c.version FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id FOR UPDATE SKIP LOCKED",
			"grow conversations": "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id " +
				"SET c.last_seq = j.n, c.changed_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
		},
		placeholder: func(int) string { return "?" },
		classify:    classifyMySQL,
		advise:      adviseMySQL,
		insertRows:  mysqlInsertRows,
		pairs:       func(ids, values []int64) []any { return []any{jsonPairs(ids, values)} },
		connect: func(ctx context.Context, p purpose) (driver.Conn, error) {
			with := c.Clone()
			if p == forMoving {
				with.ReadTimeout = 0
			}
			conn, err := mysqlConnect(ctx, with, mysqlSession(p))
			var e *mysql.MySQLError
			if errors.As(err, &e) && e.Number == 1193 { // ER_UNKNOWN_SYSTEM_VARIABLE: it is not MariaDB
				conn, err = mysqlConnect(ctx, with, oracleSession(mysqlSession(p)))
			}
			return conn, err
		},
	}
	return d.withTexts(), u.String(), nil
}

// mysqlSession is what a connection sets for itself. READ COMMITTED, because rows are
// locked by their ids and gaps between them need not be; a reader sees one moment.
func mysqlSession(p purpose) map[string]string {
	s := map[string]string{
		"time_zone": "'+00:00'", "sql_mode": "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
		"innodb_lock_wait_timeout": strconv.Itoa(int(lockWait.Seconds())),
		"tx_isolation":             "'READ-COMMITTED'",
	}
	switch p {
	case forReading:
		s["tx_isolation"] = "'REPEATABLE-READ'"
		fallthrough
	case forWriting:
		s["idle_transaction_timeout"] = strconv.Itoa(int(idleWait.Seconds()))
		s["max_statement_time"] = strconv.Itoa(int(statementTime.Seconds()))
	case forMoving:
		s["tx_isolation"] = "'REPEATABLE-READ'" // gaps are locked, so that no node can be added
	case forMigration, forMigrationLock, forCheckpoint, forChecking:
		s["innodb_lock_wait_timeout"] = "30"
	}
	return s
}

// oracleSession is the same for MySQL itself, whose variables have other names. It cannot
// end transactions that idle: a node that stands still in the middle of one holds its locks
// for as long as the connection lives.
func oracleSession(s map[string]string) map[string]string {
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

func mysqlInsert(rows int) string {
	return "INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body) VALUES " +
		strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?), ", rows), ", ")
}

// mysqlInsertRows inserts in pieces of fixed sizes, each a statement of its own: the
// server prepares as many as there are sizes, and not one for each number of rows.
func mysqlInsertRows(l *link, rows []messageRow) error {
	for len(rows) > 0 {
		n, id := 1, sqlInsertMessage
		for _, size := range []struct {
			rows int
			id   stmtID
		}{{64, sqlInsertMany}, {16, sqlInsertMore}, {4, sqlInsertSome}} {
			if len(rows) >= size.rows {
				n, id = size.rows, size.id
				break
			}
		}
		args := make([]any, 0, 7*n)
		for i := range rows[:n] {
			m := &rows[i]
			args = append(args, m.ConversationID, m.Seq, m.SenderID, m.DeviceID, m.sendSeq(), m.SentAt, m.Body)
		}
		if _, err := l.exec(id, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// jsonPairs is [[id,value],…].
func jsonPairs(ids, values []int64) string {
	pairs := make([][2]int64, len(ids))
	for i := range ids {
		pairs[i] = [2]int64{ids[i], values[i]}
	}
	text, err := json.Marshal(pairs)
	if err != nil {
		panic(err) // numbers
	}
	return string(text)
}

func classifyMySQL(err error) failure {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return failedIO
	}
	switch e.Number {
	case 1062: // ER_DUP_ENTRY
		return failedDuplicate
	case 1406, 1366, 1264, 3819, 4025, 1153: // too long, not UTF-8, out of range, a check, larger than a packet
		return failedRow
	case 1114, 1021, 1290, 1792, 1836, 3, 28: // full, or read-only
		return failedFull
	case 1213, 1205, 1969, 3024: // deadlock, lock wait, statement's time
		return failedBusy
	}
	return failedOtherwise
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

// server is an address of a database server.
type serverAddress struct {
	scheme, user, password, host, database string
	params                                 map[string]string
}

// String leaves the password out: it is for logs and errors.
func (a serverAddress) String() string {
	return fmt.Sprintf("%s://%s@%s/%s", a.scheme, a.user, a.host, a.database)
}

// serverURL reads scheme://user:password@host:port/database?…, with an error that says
// what is wrong and never tells the password.
func serverURL(address, port string, known ...string) (serverAddress, error) {
	var a serverAddress
	u, err := url.Parse(address)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err // without the URL, which holds the password
		}
		return a, fmt.Errorf("the database URL cannot be read (%w); write scheme://user:password@host:port/database, with %% escapes in the password", err)
	}
	a.scheme, a.user = u.Scheme, u.User.Username()
	a.password, _ = u.User.Password()
	a.database = strings.TrimPrefix(u.Path, "/")
	switch {
	case u.Hostname() == "":
		return a, fmt.Errorf("the database URL names no host: write %s://user:password@host:%s/database", a.scheme, port)
	case a.user == "":
		return a, fmt.Errorf("the database URL names no user: write %s://user:password@%s/database", a.scheme, u.Host)
	case a.database == "" || strings.Contains(a.database, "/"):
		return a, fmt.Errorf("the database URL names no database: write %s://%s@%s/NAME", a.scheme, a.user, u.Host)
	case u.Fragment != "":
		return a, errors.New("the database URL has a #: escape it as %23 in the password")
	}
	if p := u.Port(); p != "" {
		port = p
	}
	a.host = net.JoinHostPort(u.Hostname(), port)
	a.params = map[string]string{}
	params, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return a, fmt.Errorf("the database URL's parameters cannot be read: %w", err)
	}
	for key, values := range params {
		if !contains(known, key) {
			return a, fmt.Errorf("the database URL has an unknown parameter %q; %s knows %s", key, a.scheme, strings.Join(known, ", "))
		}
		a.params[key] = values[len(values)-1]
	}
	return a, nil
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
