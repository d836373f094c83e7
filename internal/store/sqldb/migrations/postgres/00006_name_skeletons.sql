-- What names look like: see SQLite's.

-- +goose Up
CREATE TABLE name_skeletons (
  skeleton BYTEA  NOT NULL PRIMARY KEY,
  user_id  BIGINT NOT NULL
);

CREATE INDEX name_skeletons_by_user ON name_skeletons (user_id);
