package store

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

// migrate brings the schema up to date, and refuses one from the future.
func migrate(ctx context.Context, d *dialect) error {
	if d.server { // other nodes may start at the same time
		l, err := openLink(ctx, d, forMigrationLock)
		if err != nil {
			return err
		}
		defer l.close()
		if _, err := l.one(sqlMigrationLock); err != nil {
			return fmt.Errorf("waiting for another node that changes the schema: %w", err)
		}
	}
	folder, err := fs.Sub(migrations, "migrations/"+d.name)
	if err != nil {
		return err
	}
	db := sql.OpenDB(migrationConnector{d})
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := mendVersions(ctx, d, db); err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	p, err := goose.NewProvider(d.goose, db, folder, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
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

const versionTable = "schema_versions"

// mendVersions finishes what a program that was killed at its very first start left on
// MySQL, which does not roll a new table back: a table of versions without its first row,
// which goose takes for an error ever after.
func mendVersions(ctx context.Context, d *dialect, db *sql.DB) error {
	versions, err := database.NewStore(d.goose, versionTable)
	if err != nil {
		return err
	}
	if _, err := versions.GetLatestVersion(ctx, db); !errors.Is(err, database.ErrVersionNotFound) {
		return nil // there is one, or no table yet; goose tells of all else
	}
	return versions.Insert(ctx, db, database.InsertRequest{Version: 0})
}

// migrationConnector lets database/sql, which goose needs, use a dialect.
type migrationConnector struct{ d *dialect }

func (c migrationConnector) Connect(ctx context.Context) (driver.Conn, error) {
	l, err := c.d.open(ctx, forMigration)
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

// newestSchema is the newest version that this program knows.
func newestSchema(d *dialect) (int64, error) {
	names, err := fs.Glob(migrations, "migrations/"+d.name+"/*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("no migrations of %s: %w", d.name, err)
	}
	return goose.NumericComponent(names[len(names)-1])
}
