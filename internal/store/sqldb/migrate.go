package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// One folder for each dialect. MySQL does not roll a schema change back, so there a
// file holds one statement.
//
//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date, and refuses one from the future.
func Migrate(ctx context.Context, d *Dialect) error {
	if d.Server { // other nodes may start at the same time
		l, err := OpenLink(ctx, d, forMigrationLock)
		if err != nil {
			return err
		}
		defer l.Close()
		if _, err := l.One(sqlMigrationLock); err != nil {
			return fmt.Errorf("waiting for another node that changes the schema: %w", err)
		}
	}
	folder, err := fs.Sub(migrations, "migrations/"+d.Name)
	if err != nil {
		return err
	}
	db := sql.OpenDB(d.Connector())
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := mendVersions(ctx, d, db); err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	p, err := goose.NewProvider(d.goose, db, folder, goose.WithTableName(VersionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, know, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	if have > know {
		return fmt.Errorf("its schema is version %d and this program knows versions up to %d: it was used by a newer version of parley; start that one", have, know)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the schema from version %d to %d: %w", have, know, err)
	}
	return nil
}

// VersionTable is where a database keeps which migrations it has had.
const VersionTable = "schema_versions"

// mendVersions finishes what a program that was killed at its very first start left on
// MySQL, which does not roll a new table back: a table of versions without its first row,
// which goose takes for an error ever after.
func mendVersions(ctx context.Context, d *Dialect, db *sql.DB) error {
	versions, err := database.NewStore(d.goose, VersionTable)
	if err != nil {
		return err
	}
	if _, err := versions.GetLatestVersion(ctx, db); !errors.Is(err, database.ErrVersionNotFound) {
		return nil // there is one, or no table yet; goose tells of all else
	}
	return versions.Insert(ctx, db, database.InsertRequest{Version: 0})
}

// Connector lets database/sql use a dialect, for what is done to a whole schema.
func (d *Dialect) Connector() driver.Connector { return migrationConnector{d} }

// migrationConnector lets database/sql, which goose needs, use a dialect.
type migrationConnector struct{ d *Dialect }

func (c migrationConnector) Connect(ctx context.Context) (driver.Conn, error) {
	l, err := c.d.Open(ctx, ForMigration)
	if err != nil {
		return nil, err
	}
	return l.conn, nil
}

func (c migrationConnector) Driver() driver.Driver { return noDriver{} }

type noDriver struct{}

func (noDriver) Open(string) (driver.Conn, error) {
	return nil, errors.New("store: connections come from the dialect")
}

// NewestSchema is the newest version that this program knows.
func NewestSchema(d *Dialect) (int64, error) {
	names, err := fs.Glob(migrations, "migrations/"+d.Name+"/*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations of %s: %w", d.Name, err)
	}
	return goose.NumericComponent(names[len(names)-1])
}
