package sqldb

// Statement names a statement of the registry.
type Statement int

// statement is one thing that can be said to a database. Its text is written once,
// for all of them: `?` is a placeholder, {…} a hook of the dialect. Nothing is ever
// put into a text at run time; all values are bound.
type statement struct {
	use  Purpose // ForReading: on the writer's connection as well
	text string
	each Texts // of a statement that is another one on each dialect
}

// String is the text as it was registered; "" where each database has its own.
func (id Statement) String() string { return registry[id].text }

// Texts are those of a statement that is another one on each dialect. Where one is "", there
// is no use for the statement.
type Texts struct{ SQLite, MySQL, Postgres string }

// serves reports whether a connection for p needs the statement.
func (s statement) serves(p Purpose) bool {
	return s.use == p || s.use == ForReading && p == ForWriting
}

// registry holds every statement that can be said. It is complete before main begins.
var registry []statement

// Register puts a statement into the registry. Only a variable of a package is initialized
// with it, and the text is a constant.
func Register(use Purpose, text string) Statement {
	registry = append(registry, statement{use: use, text: text})
	return Statement(len(registry) - 1)
}

// RegisterEach is Register with a text for each dialect.
func RegisterEach(use Purpose, each Texts) Statement {
	registry = append(registry, statement{use: use, each: each})
	return Statement(len(registry) - 1)
}

// on returns the text for a dialect.
func (s statement) on(name string) string {
	switch {
	case s.text != "":
		return s.text
	case name == SQLite:
		return s.each.SQLite
	case name == MySQL:
		return s.each.MySQL
	}
	return s.each.Postgres
}

// The statements that every part of the store needs.
var (
	Begin = RegisterEach(ForWriting, Texts{
		SQLite:   "BEGIN IMMEDIATE",
		MySQL:    "START TRANSACTION",
		Postgres: "BEGIN",
	})
	BeginRead = RegisterEach(ForReading, Texts{
		SQLite:   "BEGIN",
		MySQL:    "START TRANSACTION READ ONLY",
		Postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	})
	Commit     = Register(ForReading, `COMMIT`)
	Rollback   = Register(ForReading, `ROLLBACK`)
	Savepoint  = Register(ForWriting, `SAVEPOINT piece`)
	Release    = Register(ForWriting, `RELEASE SAVEPOINT piece`)
	RollbackTo = Register(ForWriting, `ROLLBACK TO SAVEPOINT piece`)
	Probe      = Register(ForWriting, `UPDATE probes SET counter = counter + 1 WHERE id = 1`)
	Ping       = Register(ForReading, `SELECT counter FROM probes WHERE id = 1`)
	// What a server says of its role.
	Writable = RegisterEach(forAsking, Texts{
		MySQL:    "SELECT @@global.read_only = 0",
		Postgres: "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' THEN 0 ELSE 1 END",
	})
	sqlGalera = RegisterEach(forAsking, Texts{
		MySQL: "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_provider_name', 'wsrep_ready')",
	})
	sqlTimeline = RegisterEach(forAsking, Texts{
		Postgres: "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint",
	})
	Fold = RegisterEach(ForCheckpoint, Texts{
		SQLite: "PRAGMA wal_checkpoint(PASSIVE)",
	})
	FoldRest = RegisterEach(ForWriting, Texts{
		SQLite: "PRAGMA wal_checkpoint(RESTART)",
	})
	FoldAndCut = RegisterEach(ForWriting, Texts{
		SQLite: "PRAGMA wal_checkpoint(TRUNCATE)",
	})
	// Held by the connection until it is closed.
	sqlMigrationLock = RegisterEach(forMigrationLock, Texts{
		MySQL:    "SELECT GET_LOCK(CONCAT('parley-schema-', DATABASE()), 60)",
		Postgres: "SELECT pg_advisory_lock(7087262150361)",
	})
)
