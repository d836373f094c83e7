-- When a conversation's last message was sent: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns
                   WHERE table_schema = DATABASE() AND table_name = 'conversations' AND column_name = 'last_at') > 0,
  'DO 0',
  'ALTER TABLE conversations ADD COLUMN last_at BIGINT');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
