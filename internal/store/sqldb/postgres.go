package sqldb

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
func postgresDialect(address string) (*Dialect, string, error) {
	u, err := serverURL(address, "5432", "sslmode", "sslrootcert", "sslcert", "sslkey")
	if err != nil {
		return nil, "", err
	}
	d := new(Dialect)
	*d = Dialect{
		Name:      Postgres,
		goose:     database.DialectPostgres,
		Server:    true,
		IdleWait:  idleWait,
		returning: true,
		hooks: map[string]string{
			"for update":   "FOR UPDATE",
			"for share":    "FOR SHARE",
			"ids":          "(SELECT value::bigint FROM json_array_elements_text(?::json))",
			"or greater":   "ON CONFLICT (%3) DO UPDATE SET %2 = excluded.%2 WHERE excluded.%2 > %1.%2",
			"or nothing":   "ON CONFLICT DO NOTHING",
			"now":          "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
			"integer":      "BIGINT",
			"returning id": "RETURNING id",
		},
		placeholder: func(n int) string { return "$" + strconv.Itoa(n) },
		Classify:    classifyPostgres,
		advise:      advisePostgres,
		ask:         askPostgres,
		warned:      postgresWarned,
		Connect: func(ctx context.Context, addr string, p Purpose) (driver.Conn, error) {
			c, err := postgresConfig(u, addr, p, d.IdleWait, d.hosts.dialing)
			if err != nil {
				return nil, err
			}
			return stdlib.GetConnector(*c).Connect(ctx)
		},
	}
	d.hosts = &hosts{addrs: u.hosts, dial: d.dial, ask: d.ask}
	if _, err := postgresConfig(u, u.hosts[0], forAsking, idleWait, nil); err != nil {
		return nil, "", err
	}
	return d.withTexts(), u.String(), nil
}

// askPostgres asks a server for its role. Its timeline grows with every promotion, so that
// a former primary that came back as one is known by it.
func askPostgres(l *Link) (role, error) {
	r, err := l.One(Writable)
	if err != nil || r == nil || !r.Yes(0) {
		return role{}, err
	}
	r, err = l.One(sqlTimeline)
	if err != nil || r == nil {
		return role{}, err
	}
	return role{writes: true, rank: r.Num(0)}, nil
}

// lastWarning is where a connection keeps what the server warned of last.
const lastWarning = "parley.warning"

// postgresWarned returns it, and forgets it.
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

func postgresConfig(u serverAddress, addr string, p Purpose, idle time.Duration, dial pgconn.DialFunc) (*pgx.ConnConfig, error) {
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
	if p == ForReading {
		// Not for writing: it would end the wait of a COMMIT for the standby, and the server
		// calls that a success.
		c.RuntimeParams["statement_timeout"] = milliseconds(statementTime)
	}
	switch p {
	case ForReading, ForWriting:
		c.RuntimeParams["lock_timeout"] = milliseconds(LockWait)
		c.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(idle)
		c.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return impatient{conn}, nil
		}
	case ForMoving:
		c.RuntimeParams["lock_timeout"] = milliseconds(LockWait)
	case ForMigration, forMigrationLock, ForCheckpoint, ForChecking, forAsking:
	}
	return c, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// impatient is a connection on which nothing is waited for longer than a call may take:
// a server that stands still, or a network that was cut, ends the call.
type impatient struct{ net.Conn }

func (c impatient) Read(p []byte) (int, error) {
	_ = c.SetReadDeadline(time.Now().Add(CallTimeout)) // the read says so if it is closed
	return c.Conn.Read(p)
}

func (c impatient) Write(p []byte) (int, error) {
	_ = c.SetWriteDeadline(time.Now().Add(CallTimeout))
	return c.Conn.Write(p)
}

func classifyPostgres(err error) Failure {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return FailedIO
	}
	switch e.Code {
	case "23505": // unique_violation
		return FailedDuplicate
	case "22001", "22021", "22P05", "23514", "22003": // too long, a character, a check, out of range
		return FailedRow
	case "53100", "42501": // disk full, no right
		return FailedFull
	case "25006": // read_only_sql_transaction
		return FailedReadOnly
	case "55P03", "57014": // lock, statement's time
		return FailedBusy
	case "40001", "40P01": // serialization, deadlock
		return FailedConflict
	case "53300": // too_many_connections
		return FailedCrowded
	}
	if len(e.Code) == 5 && (e.Code[:2] == "57" || e.Code[:2] == "08" || e.Code[:2] == "53" || e.Code == "25P03") {
		return FailedIO // shut down, connection, resources, idled for too long
	}
	return FailedOtherwise
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
