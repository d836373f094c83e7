-- Who may join a group, and who may post in it: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'chat_groups' AND column_name = 'joining') > 0,
  'DO 0',
  'ALTER TABLE chat_groups ADD COLUMN joining BIGINT NOT NULL DEFAULT 0, ADD COLUMN posting BIGINT NOT NULL DEFAULT 0');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
