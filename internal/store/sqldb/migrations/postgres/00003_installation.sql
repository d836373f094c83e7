-- Which log this is, and whether all of it is here: see SQLite's.

-- +goose Up
CREATE TABLE installation (
  id          BIGINT NOT NULL PRIMARY KEY,
  log_id      TEXT   NOT NULL,
  moving_from TEXT   NOT NULL
);

INSERT INTO installation (id, log_id, moving_from) VALUES (1, '', '');
