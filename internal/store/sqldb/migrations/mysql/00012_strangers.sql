-- How much an account has sent to strangers on a day: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'strangers_day') > 0,
  'DO 0',
  'ALTER TABLE users ADD COLUMN strangers_day BIGINT NOT NULL DEFAULT 0, ADD COLUMN strangers_sent BIGINT NOT NULL DEFAULT 0, ADD COLUMN strangers_met BIGINT NOT NULL DEFAULT 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
