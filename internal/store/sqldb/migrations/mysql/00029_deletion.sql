-- When an account is to be deleted, because its user wants that: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'erase_at') > 0,
  'DO 0',
  'ALTER TABLE users ADD COLUMN erase_at BIGINT NOT NULL DEFAULT 0, ADD KEY users_by_erasure (erase_at)');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
