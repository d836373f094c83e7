-- Which log this is, and whether all of it is here: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS installation (
  id          BIGINT       NOT NULL PRIMARY KEY,
  log_id      VARCHAR(64)  NOT NULL,
  moving_from VARCHAR(64)  NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO installation (id, log_id, moving_from) VALUES (1, '', '');
