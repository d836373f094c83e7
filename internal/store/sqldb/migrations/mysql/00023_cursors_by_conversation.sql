-- The cursors of a conversation: see SQLite's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics
                   WHERE table_schema = DATABASE() AND table_name = 'cursors' AND index_name = 'cursors_by_conversation') > 0,
  'DO 0',
  'CREATE INDEX cursors_by_conversation ON cursors (conversation_id, user_id, device_id, seq)');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
