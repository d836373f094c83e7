-- What names look like, so that no new one can be taken for another. Of two that collide, the
-- first keeps the skeleton. The program makes the rows, also those of names that were there
-- before this table: at its start, for all users without any.

-- +goose Up
CREATE TABLE name_skeletons (
  skeleton BLOB    NOT NULL PRIMARY KEY, -- a digest of 16 bytes
  user_id  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX name_skeletons_by_user ON name_skeletons (user_id);
