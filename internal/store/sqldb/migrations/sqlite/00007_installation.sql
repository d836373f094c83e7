-- Which log this is, and whether all of it is here.

-- +goose Up
CREATE TABLE installation (
  id          INTEGER PRIMARY KEY,
  log_id      TEXT NOT NULL, -- made by the program; another one after a copy was put in place
  moving_from TEXT NOT NULL  -- the log that is being moved into this database, or ''
) STRICT;

INSERT INTO installation (id, log_id, moving_from) VALUES (1, '', '');
