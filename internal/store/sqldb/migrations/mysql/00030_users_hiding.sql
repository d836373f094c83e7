-- Who hides receipts: see PostgreSQL's.
--
-- A server that is killed behind it, and before its version is noted, comes here again:
-- MySQL commits with every change of a table.

-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics
                   WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_hiding') > 0,
  'DO 0',
  'CREATE INDEX users_hiding ON users (hide_receipts)');
PREPARE change_once FROM @change;
EXECUTE change_once;
DEALLOCATE PREPARE change_once;
