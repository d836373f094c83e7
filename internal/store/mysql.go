package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
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
	lockWait      = time.Second
	statementTime = 5 * time.Second
	callTimeout   = 6 * time.Second
	dialTimeout   = 3 * time.Second
)

// idleWait is how long a transaction may idle. Tests that do not look at it wait for longer
// than a machine with other work may stop them.
var idleWait = time.Second

// mysqlHooks are the pieces that statements leave to the dialect.
var mysqlHooks = map[string]string{
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
	"writable":       "SELECT @@global.read_only = 0",
	"galera":         "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_provider_name', 'wsrep_ready')",
	"timeline":       "",
	"hold nodes":     "SELECT id FROM nodes LOCK IN SHARE MODE",
	"free pages":     "", "give back": "",
	"set counter": "", // it follows the highest id
	"integrity":   "",
	// The index is forced: in a small table the server would rather look at every row, and
	// wait for those that others hold.
	"lock devices":       "SELECT STRAIGHT_JOIN d.id, d.session_id, d.last_send_seq FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id FOR UPDATE SKIP LOCKED",
	"move devices":       "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id SET d.last_send_seq = j.n",
	"insert many":        mysqlInsert(64),
	"append once":        mysqlOnce,
	"insert more":        mysqlInsert(16),
	"insert some":        mysqlInsert(4),
	"lock conversations": "SELECT STRAIGHT_JOIN c.id, c.last_seq, c.version FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id FOR UPDATE SKIP LOCKED",
	"lock senders":       "SELECT STRAIGHT_JOIN u.id, u.disabled FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j JOIN users u FORCE INDEX (PRIMARY) ON u.id = j.id FOR UPDATE SKIP LOCKED",
	"send keys": "SELECT STRAIGHT_JOIN k.user_id, k.send_key, k.conversation_id, k.seq, k.text_hash, k.sent_at " +
		"FROM JSON_TABLE(?, '$[*]' COLUMNS (u BIGINT PATH '$[0]', k VARCHAR(128) PATH '$[1]')) j " +
		"JOIN send_keys k FORCE INDEX (PRIMARY) ON k.user_id = j.u AND k.send_key = CAST(j.k AS BINARY)",
	"insert send keys": "INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at) " +
		"SELECT j.u, j.k, j.c, j.s, UNHEX(j.h), ?, CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) FROM JSON_TABLE(?, '$[*]' COLUMNS " +
		"(u BIGINT PATH '$[0]', k VARCHAR(128) PATH '$[1]', c BIGINT PATH '$[2]', s BIGINT PATH '$[3]', h VARCHAR(64) PATH '$[4]')) j",
	"grow conversations": "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[1]')) j STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id " +
		"SET c.last_seq = j.n, c.changed_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
}

// mysqlDialect is MySQL or MariaDB at an address, mysql://user:password@host:port/database,
// or at several, of which one takes writes, or all as a Galera cluster.
func mysqlDialect(address string) (*dialect, string, error) {
	u, err := serverURL(address, "3306", "tls")
	if err != nil {
		return nil, "", err
	}
	c := mysql.NewConfig()
	c.User, c.Net, c.DBName = u.user, "tcp", u.database
	c.Passwd = u.password
	c.TLSConfig = u.params["tls"]
	c.Timeout, c.ReadTimeout, c.WriteTimeout = dialTimeout, callTimeout, callTimeout
	c.Collation = "utf8mb4_bin"
	c.InterpolateParams = false // arguments are bound, never pasted into the text
	c.Logger = &mysql.NopLogger{}
	d := new(dialect)
	*d = dialect{
		name:        "mysql",
		goose:       database.DialectMySQL,
		server:      true,
		hooks:       mysqlHooks,
		placeholder: func(int) string { return "?" },
		classify:    classifyMySQL,
		advise:      adviseMySQL,
		insertRows:  mysqlInsertRows,
		appendOnce:  mysqlAppendOnce,
		pairs:       func(ids, values []int64) []any { return []any{jsonPairs(ids, values)} },
		keyNames:    mysqlKeyNames,
		keyRows:     mysqlKeyRows,
		ask:         askMySQL,
		connect: func(ctx context.Context, addr string, p purpose) (driver.Conn, error) {
			with := c.Clone()
			with.Addr = addr
			if p == forMoving {
				with.ReadTimeout = 0
			}
			with.DialFunc = d.hosts.dialing
			for _, session := range []func(purpose) map[string]string{galeraSession, mysqlSession, oracleSession} {
				conn, err := mysqlConnect(ctx, with, session(p))
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
func askMySQL(l *link) (role, error) {
	var galera, ready bool
	if err := l.query(sqlGalera, func(r row) bool {
		switch strings.ToLower(r.text(0)) {
		case "wsrep_provider_name":
			galera = r.text(1) != ""
		case "wsrep_ready":
			ready = r.text(1) == "ON"
		}
		return true
	}); err != nil {
		return role{}, err
	}
	if galera && !ready {
		return role{}, nil
	}
	r, err := l.one(sqlWritable)
	if err != nil || r == nil {
		return role{}, err
	}
	return role{writes: r.yes(0), equal: galera}, nil
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
	case forMigration, forMigrationLock, forCheckpoint, forChecking, forAsking:
		s["innodb_lock_wait_timeout"] = "30"
	}
	return s
}

// galeraSession is the same for MariaDB that can be one of a Galera cluster, as all usual
// builds can: what begins on a server sees all that was committed on any. It costs nothing
// where there is no cluster.
func galeraSession(p purpose) map[string]string {
	s := mysqlSession(p)
	s["wsrep_sync_wait"] = "1"
	return s
}

// oracleSession is the same for MySQL itself, whose variables have other names. It cannot
// end transactions that idle: a node that stands still in the middle of one holds its locks
// for as long as the connection lives.
func oracleSession(p purpose) map[string]string {
	s := mysqlSession(p)
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
	case 1114, 1021, 3, 28: // full
		return failedFull
	case 1290, 1792, 1836: // --read-only, a transaction that is, read-only mode
		return failedReadOnly
	case 1205, 1969, 3024: // lock wait, statement's time
		return failedBusy
	case 1213: // a deadlock; on Galera also that another server's transaction was first, at the latest at COMMIT
		return failedConflict
	case 1040, 1203, 1226: // too many connections, of all or of the user
		return failedCrowded
	case 1047, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1927, 4031: // not in step with the cluster, stopping, connection cut, killed, idle for too long
		return failedIO
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
