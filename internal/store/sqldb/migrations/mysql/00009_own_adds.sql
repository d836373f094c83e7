-- Who added a friend: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'friendships' AND column_name = 'own') > 0,
  'DO 0',
  'ALTER TABLE friendships ADD COLUMN own SMALLINT NOT NULL DEFAULT 2');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
