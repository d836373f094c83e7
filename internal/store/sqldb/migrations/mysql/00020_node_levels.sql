-- Which rules the version of a node keeps: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'nodes' AND column_name = 'level') > 0,
  'DO 0',
  'ALTER TABLE nodes ADD COLUMN level BIGINT NOT NULL DEFAULT 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
