package store

// path is the database's file.
func (s *Store) path() string { return s.checkpointer.path }
