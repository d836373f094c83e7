// Package store keeps everything there is in an SQL database: SQLite, MySQL/MariaDB or
// PostgreSQL, each of which is a dialect and not another store.
//
// Every statement stands once in a registry, is prepared when a connection is
// opened or it is first wanted, and takes bound arguments only. Messages go through
// one committer (group commit): what is queued while a commit runs forms the next
// transaction, so that many share one fsync. On SQLite, which has one writer, so does
// everything else; on a database server other writes have connections of their own, so
// that none that waits for a lock holds up the messages. There a message whose rows
// another transaction holds stands aside with what its device sends after it, and all
// others go on. Reads never wait for any of these.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/chat"
	"parley/internal/store/sqldb"
)

// Options say where the database is and how much it may queue. Zero values take the
// defaults.
type Options struct {
	// URL is a path, or sqlite:PATH, whose file is made if there is none;
	// mysql://user:password@host:port/database (mariadb:// is the same), or
	// postgres://user:password@host:port/database, which must be there and may be empty.
	// Instead of one host, a list with commas may name the servers that hold copies of it:
	// the one that takes writes is used.
	URL string
	// Queue is how many appends may be in the store, from Append until they are handed
	// back (default 8192); as many other writes may wait. Past it, Busy.
	Queue int
	// MaxBatch is how many appends and writes one transaction takes (default 2048).
	MaxBatch int
	// Readers is how many reads run at the same time (default 4), and Writers, on a
	// database server, how many writes that are no appends (default 4). Each has a
	// connection, with some 70 statements prepared at most; the committer has one more.
	Readers, Writers int
	Log              *slog.Logger
	Clock            chat.Clock
	// Metrics is told what happens; nil for nobody.
	Metrics *Metrics

	faults          faults
	checkpointPages int           // pages written between two checkpoints
	lockPatience    time.Duration // how long an append waits for a row that others hold
	idleWait        time.Duration // how long a transaction may idle
}

// Store is a chat.Store. All its methods are safe for concurrent use.
type Store struct {
	dialect      *sqldb.Dialect
	log          *slog.Logger
	clock        chat.Clock
	metrics      *Metrics
	readers      *readers
	committer    *committer
	writers      *writers      // of what is no append, on a database server; nil elsewhere
	checkpointer *checkpointer // nil where the database folds its log in by itself
	noOnce       atomic.Bool   // the server does not know the statement that appends all at once
	closeOnce    func() error
	unwatch      func() // ends watching; nil for files
	watching     sync.WaitGroup
	logID        string
}

var _ chat.Store = (*Store)(nil)

// Open opens the database, brings its schema up to date and starts the committer.
// The errors are for the operator: no such folder, no right to write, a file that is
// no database, a schema that is newer than this program.
func Open(ctx context.Context, o Options) (*Store, error) {
	o = o.withDefaults()
	d, path, err := sqldb.New(o.URL)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, d, path)
}

// open is Open with a dialect at hand.
func open(ctx context.Context, o Options, d *sqldb.Dialect, path string) (*Store, error) {
	if o.idleWait > 0 {
		d.IdleWait = o.idleWait
	}
	if err := sqldb.Migrate(ctx, d); err != nil {
		return nil, d.CannotOpen(path, err)
	}
	s := &Store{dialect: d, log: o.Log, clock: o.Clock, metrics: o.Metrics}
	writer, err := sqldb.OpenLink(ctx, d, sqldb.ForWriting)
	if err != nil {
		return nil, d.CannotOpen(path, err)
	}
	i, err := writer.NameLog()
	if err == nil && i.MovingFrom != "" {
		err = errMoving
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot open the database %s: %w", path, err), writer.Close())
	}
	if err := fillSkeletons(ctx, writer, o.Clock.Now()); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot make out what the names in the database %s look like: %w", path, err), writer.Close())
	}
	s.logID = i.LogID
	if d.Server {
		s.writers = startWriters(s, o)
	}
	s.readers = startReaders(s, o.Readers)
	if d.KeepsLog() {
		s.checkpointer = startCheckpointer(d, path, o)
	}
	s.committer = startCommitter(s, writer, o)
	s.closeOnce = sync.OnceValue(s.close)
	if d.Server {
		d.LogTo(o.Log)
		watching, stop := context.WithCancel(context.Background())
		s.unwatch = stop
		s.watching.Go(func() { d.Watch(watching) })
		if err := s.warm(ctx); err != nil {
			return nil, errors.Join(d.CannotOpen(path, err), s.Close())
		}
	}
	return s, nil
}

// warm opens one connection of each kind, so that a server that takes no more of them says
// so at the start.
func (s *Store) warm(ctx context.Context) error {
	err := s.read(ctx, func(l *sqldb.Link) error {
		_, err := l.One(sqldb.Ping)
		return err
	})
	if err == nil {
		_, err = write(ctx, s, apart, func(*transaction) (struct{}, error) { return struct{}{}, nil })
	}
	return err
}

func (o Options) withDefaults() Options {
	if o.Queue <= 0 {
		o.Queue = 8192
	}
	if o.MaxBatch <= 0 {
		o.MaxBatch = 2048
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Writers <= 0 {
		o.Writers = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = chat.SystemClock{}
	}
	if o.checkpointPages <= 0 {
		o.checkpointPages = checkpointPages
	}
	if o.lockPatience <= 0 {
		o.lockPatience = lockPatience
	}
	if o.faults == nil {
		o.faults = noFaults{}
	}
	if o.Metrics == nil {
		o.Metrics = &Metrics{}
	}
	return o
}

// errMoving is what a server is told that is started on half a database.
var errMoving = errors.New("a move into it is not finished: run the same parley migrate again, which goes on where it stopped, or use another database")

// Ping reads, and writes one row through the committer: what it says of writing is
// what an append would meet.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.read(ctx, func(l *sqldb.Link) error {
		_, err := l.One(sqldb.Ping)
		return err
	}); err != nil {
		return err
	}
	_, err := write(ctx, s, apart, func(tx *transaction) (struct{}, error) {
		_, err := tx.Exec(sqldb.Probe)
		return struct{}{}, err
	})
	return err
}

// Close finishes what is queued, hands back the last appends and closes the
// database. Appends and writes that come after it began are refused. It may be
// called again.
func (s *Store) Close() error { return s.closeOnce() }

func (s *Store) close() error {
	if s.unwatch != nil {
		s.unwatch()
		s.watching.Wait()
	}
	if s.writers != nil {
		s.writers.stop()
	}
	err := s.committer.stop()
	if s.checkpointer != nil {
		s.checkpointer.stop()
	}
	s.readers.close()
	return err
}

// LogID names the log that the database holds, in 32 hexadecimal digits. It stays the
// same through a move to another database, and is another one after a restore: numbers
// then mean other messages than they did.
func (s *Store) LogID() string { return s.logID }

// LogKept is how many bytes of the log beside the database cannot be folded in because some
// program reads the database for long; 0 while that is nothing unusual, and where the
// database folds its log in by itself.
func (s *Store) LogKept() int64 {
	if s.checkpointer == nil {
		return 0
	}
	return s.checkpointer.kept.Load()
}

// LogBytes is the length of that log, 0 where there is none.
func (s *Store) LogBytes() int64 {
	if s.checkpointer == nil {
		return 0
	}
	return sqldb.LogSize(s.checkpointer.path)
}

// QueueLength is how many appends and other writes wait for the committer.
func (s *Store) QueueLength() int { return s.committer.queued() }
