-- Where old messages are that were moved to files.

-- +goose Up
CREATE TABLE segments (
  id       INTEGER PRIMARY KEY,
  name     TEXT    NOT NULL, -- in the archive's storage
  messages INTEGER NOT NULL, -- in the file
  bytes    INTEGER NOT NULL, -- of the file
  sha256   TEXT    NOT NULL, -- of the file, in hexadecimal digits
  made_at  INTEGER NOT NULL,
  done     INTEGER NOT NULL  -- 0 while rows of it are still to be moved
) STRICT;

-- Which messages of a conversation are in which segment, and no longer in messages: of
-- each conversation all from the first one on, without a hole.
CREATE TABLE segment_ranges (
  conversation_id INTEGER NOT NULL,
  first_seq       INTEGER NOT NULL,
  last_seq        INTEGER NOT NULL,
  segment_id      INTEGER NOT NULL,
  first_row       INTEGER NOT NULL, -- of first_seq in the file; the rest follows
  PRIMARY KEY (conversation_id, first_seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_ranges_of ON segment_ranges (segment_id, conversation_id, first_seq);

-- Files that nothing refers to, or nothing yet: they are deleted some time later.
CREATE TABLE segment_leftovers (
  id    INTEGER PRIMARY KEY,
  name  TEXT    NOT NULL,
  since INTEGER NOT NULL
) STRICT;

-- Who moves messages to files now, one node at a time; 0 is nobody.
CREATE TABLE archiver (
  id      INTEGER PRIMARY KEY,
  node_id INTEGER NOT NULL
) STRICT;

INSERT INTO archiver (id, node_id) VALUES (1, 0);
