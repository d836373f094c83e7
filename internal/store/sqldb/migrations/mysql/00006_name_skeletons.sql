-- What names look like: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS name_skeletons (
  skeleton BINARY(16) NOT NULL PRIMARY KEY,
  user_id  BIGINT     NOT NULL,
  KEY name_skeletons_by_user (user_id)
) ENGINE=InnoDB;
