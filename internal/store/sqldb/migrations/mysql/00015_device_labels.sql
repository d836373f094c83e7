-- What a device says of itself, and the address of its last login: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'devices' AND column_name = 'label') > 0,
  'DO 0',
  'ALTER TABLE devices ADD COLUMN label VARCHAR(255) NOT NULL DEFAULT '''', ADD COLUMN address VARCHAR(64) NOT NULL DEFAULT ''''');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
