package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
)

// postgresDialect is PostgreSQL at an address, postgres://user:password@host:port/database,
// or at several, of which one is the primary.
func postgresDialect(address string) (*dialect, string, error) {
	u, err := serverURL(address, "5432", "sslmode", "sslrootcert", "sslcert", "sslkey")
	if err != nil {
		return nil, "", err
	}
	d := new(dialect)
	*d = dialect{
		name:      "postgres",
		goose:     database.DialectPostgres,
		server:    true,
		returning: true,
		hooks: map[string]string{
			"for update":     "FOR UPDATE",
			"for share":      "FOR SHARE",
			"ids":            "(SELECT value::bigint FROM json_array_elements_text(?::json))",
			"cursor grows":   "ON CONFLICT (user_id, conversation_id, device_id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > cursors.seq",
			"or nothing":     "ON CONFLICT DO NOTHING",
			"or kept":        "ON CONFLICT DO NOTHING",
			"now":            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
			"integer":        "BIGINT",
			"returning id":   "RETURNING id",
			"begin write":    "BEGIN",
			"begin read":     "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
			"fold the log":   "",
			"fold the rest":  "",
			"fold and cut":   "",
			"migration lock": "SELECT pg_advisory_lock(7087262150361)",
			"moving lock":    "SELECT CASE WHEN pg_try_advisory_lock(7087262150362) THEN 1 ELSE 0 END",
			"writable":       "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' THEN 0 ELSE 1 END",
			"galera":         "",
			"timeline":       "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint",
			"hold nodes":     "LOCK TABLE nodes IN SHARE MODE",
			"free pages":     "", "give back": "",
			"set counter": "SELECT setval(pg_get_serial_sequence(?::text, 'id'), ?::bigint)",
			"integrity":   "",
			"insert many": "INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body) " +
				"SELECT c, s, u, d, NULLIF(n, 0), t, b FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[]) " +
				"AS m (c, s, u, d, n, t, b)",
			"append once":        postgresOnce,
			"insert more":        "",
			"insert some":        "",
			"lock devices":       "SELECT id, session_id, last_send_seq FROM devices WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR UPDATE SKIP LOCKED",
			"lock conversations": "SELECT id, last_seq, version FROM conversations WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR UPDATE SKIP LOCKED",
			"move devices":       "UPDATE devices d SET last_send_seq = v.n FROM unnest(?::bigint[], ?::bigint[]) AS v (id, n) WHERE d.id = v.id",
			"lock senders":       "SELECT id, disabled FROM users WHERE id IN (SELECT value::bigint FROM json_array_elements_text(?::json)) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
			"send keys": "SELECT k.user_id, k.send_key, k.conversation_id, k.seq, k.text_hash, k.sent_at FROM unnest(?::bigint[], ?::text[]) AS j (u, k) " +
				"JOIN send_keys k ON k.user_id = j.u AND k.send_key = j.k",
			"insert send keys": "INSERT INTO send_keys (user_id, send_key, conversation_id, seq, text_hash, sent_at, made_at) " +
				"SELECT u, k, c, s, decode(h, 'hex'), ?::bigint, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) " +
				"FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[]) AS j (u, k, c, s, h)",
			"grow conversations": "UPDATE conversations c SET last_seq = v.n, changed_at = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) " +
				"FROM unnest(?::bigint[], ?::bigint[]) AS v (id, n) WHERE c.id = v.id",
		},
		placeholder: func(n int) string { return "$" + strconv.Itoa(n) },
		classify:    classifyPostgres,
		advise:      advisePostgres,
		insertRows:  postgresInsertRows,
		appendOnce:  postgresAppendOnce,
		pairs:       func(ids, values []int64) []any { return []any{ids, values} },
		keyNames:    postgresKeyNames,
		keyRows:     postgresKeyRows,
		ask:         askPostgres,
		warned:      postgresWarned,
		connect: func(ctx context.Context, addr string, p purpose) (driver.Conn, error) {
			c, err := postgresConfig(u, addr, p, d.hosts.dialing)
			if err != nil {
				return nil, err
			}
			return stdlib.GetConnector(*c).Connect(ctx)
		},
	}
	d.hosts = &hosts{addrs: u.hosts, dial: d.dial, ask: d.ask}
	if _, err := postgresConfig(u, u.hosts[0], forAsking, nil); err != nil {
		return nil, "", err
	}
	return d.withTexts(), u.String(), nil
}

// askPostgres asks a server for its role. Its timeline grows with every promotion, so that
// a former primary that came back as one is known by it.
func askPostgres(l *link) (role, error) {
	r, err := l.one(sqlWritable)
	if err != nil || r == nil || !r.yes(0) {
		return role{}, err
	}
	r, err = l.one(sqlTimeline)
	if err != nil || r == nil {
		return role{}, err
	}
	return role{writes: true, rank: r.num(0)}, nil
}

// lastWarning is where a connection keeps what the server warned of last.
const lastWarning = "parley.warning"

// postgresWarned gives it, and forgets it.
func postgresWarned(c driver.Conn) string {
	std, ok := c.(*stdlib.Conn)
	if !ok {
		return ""
	}
	data := std.Conn().PgConn().CustomData()
	text, _ := data[lastWarning].(string)
	delete(data, lastWarning)
	return text
}

func postgresConfig(u serverAddress, addr string, p purpose, dial pgconn.DialFunc) (*pgx.ConnConfig, error) {
	at := url.URL{Scheme: "postgres", Host: addr, Path: "/" + u.database, User: url.UserPassword(u.user, u.password)}
	q := url.Values{}
	for k, v := range u.params {
		q.Set(k, v)
	}
	at.RawQuery = q.Encode()
	c, err := pgx.ParseConfig(at.String())
	if err != nil {
		return nil, fmt.Errorf("the database URL's parameters are wrong; check sslmode and the certificates")
	}
	// Prepared by this package, each once; never the simple protocol, which pastes
	// arguments into the text.
	c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	c.StatementCacheCapacity = 0
	c.ConnectTimeout = dialTimeout
	c.RuntimeParams["application_name"] = "parley"
	c.RuntimeParams["timezone"] = "UTC"
	// READ COMMITTED: rows are locked by their ids, and what was decided on is read again
	// under the lock.
	c.RuntimeParams["default_transaction_isolation"] = "read committed"
	c.OnNotice = func(conn *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "WARNING" {
			conn.CustomData()[lastWarning] = n.Message
		}
	}
	if p == forReading {
		// Not for writing: it would end the wait of a COMMIT for the standby, and the server
		// calls that a success.
		c.RuntimeParams["statement_timeout"] = milliseconds(statementTime)
	}
	switch p {
	case forReading, forWriting:
		c.RuntimeParams["lock_timeout"] = milliseconds(lockWait)
		c.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(idleWait)
		c.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return impatient{conn}, nil
		}
	case forMoving:
		c.RuntimeParams["lock_timeout"] = milliseconds(lockWait)
	case forMigration, forMigrationLock, forCheckpoint, forChecking, forAsking:
	}
	return c, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// impatient is a connection on which nothing is waited for longer than a call may take:
// a server that stands still, or a network that was cut, ends the call.
type impatient struct{ net.Conn }

func (c impatient) Read(p []byte) (int, error) {
	_ = c.SetReadDeadline(time.Now().Add(callTimeout)) // the read says so if it is closed
	return c.Conn.Read(p)
}

func (c impatient) Write(p []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(callTimeout))
	return c.Conn.Write(p)
}

// postgresInsertRows inserts any number of rows with one statement.
func postgresInsertRows(l *link, rows []messageRow) error {
	n := len(rows)
	numbers := make([]int64, 6*n)
	convs, seqs, senders := numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:3*n:3*n]
	devices, sendSeqs, times := numbers[3*n:4*n:4*n], numbers[4*n:5*n:5*n], numbers[5*n:]
	bodies := make([]string, n)
	for i := range rows {
		m := &rows[i]
		convs[i], seqs[i], senders[i] = m.ConversationID, m.Seq, m.SenderID
		devices[i], sendSeqs[i], times[i], bodies[i] = m.DeviceID, m.SendSeq, m.SentAt, m.Body
	}
	_, err := l.exec(sqlInsertMany, convs, seqs, senders, devices, sendSeqs, times, bodies)
	return err
}

func classifyPostgres(err error) failure {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return failedIO
	}
	switch e.Code {
	case "23505": // unique_violation
		return failedDuplicate
	case "22001", "22021", "22P05", "23514", "22003": // too long, a character, a check, out of range
		return failedRow
	case "53100", "42501": // disk full, no right
		return failedFull
	case "25006": // read_only_sql_transaction
		return failedReadOnly
	case "55P03", "57014": // lock, statement's time
		return failedBusy
	case "40001", "40P01": // serialization, deadlock
		return failedConflict
	case "53300": // too_many_connections
		return failedCrowded
	}
	if len(e.Code) == 5 && (e.Code[:2] == "57" || e.Code[:2] == "08" || e.Code[:2] == "53" || e.Code == "25P03") {
		return failedIO // shut down, connection, resources, idled for too long
	}
	return failedOtherwise
}

func advisePostgres(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return adviseNet(err)
	}
	switch e.Code {
	case "28P01", "28000": // invalid_password, invalid_authorization_specification
		return "the user or the password is wrong, or pg_hba.conf does not let that user in from this machine: check the URL, with % escapes in the password"
	case "3D000": // invalid_catalog_name
		return "there is no such database: CREATE DATABASE it"
	case "42501": // insufficient_privilege
		return "the user may not make tables there: make that user the owner of the database, or GRANT CREATE ON SCHEMA public"
	case "53300": // too_many_connections
		return "the server takes no more connections: raise its max_connections"
	}
	return ""
}
