package store

import "parley/internal/store/sqldb"

// Away reports whether an error of Open says that the database is not there yet, and may be
// soon without anybody's doing.
func Away(err error) bool { return sqldb.Away(err) }
