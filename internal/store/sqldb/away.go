package sqldb

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// Away reports whether an error of Open says that the database is not there yet: nobody
// listens, its name is not known, it is starting, takes no more connections, or none of
// its servers takes writes. That may change without anybody's doing; a wrong password or
// a database that does not exist will not.
func Away(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	var late net.Error
	var pg *pgconn.PgError
	var my *mysql.MySQLError
	switch {
	case err == nil:
		return false
	case errors.As(err, &pg):
		return pg.Code == "57P03" || pg.Code == "57P01" || pg.Code[:2] == "08" || classifyPostgres(pg) == FailedCrowded
	case errors.As(err, &my):
		f := classifyMySQL(my)
		return f == FailedIO || f == FailedCrowded
	case errors.Is(err, errNoWrites), errors.As(err, &dns), errors.As(err, &op) && op.Op == "dial":
		return true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn), errors.Is(err, context.DeadlineExceeded):
		return true
	}
	return errors.As(err, &late) && late.Timeout()
}
