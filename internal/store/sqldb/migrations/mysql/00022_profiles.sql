-- What a user shows of themselves, and what they hide: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'display') > 0,
  'DO 0',
  'ALTER TABLE users ADD COLUMN display VARCHAR(255) NOT NULL DEFAULT '''', ADD COLUMN about VARCHAR(255) NOT NULL DEFAULT '''', ADD COLUMN hide_receipts BIGINT NOT NULL DEFAULT 0, ADD COLUMN hide_seen BIGINT NOT NULL DEFAULT 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
