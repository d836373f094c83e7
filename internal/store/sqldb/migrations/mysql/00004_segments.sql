-- Where old messages are that were moved to files: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS segments (
  id       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name     VARCHAR(255) NOT NULL,
  messages BIGINT       NOT NULL,
  bytes    BIGINT       NOT NULL,
  sha256   VARCHAR(64)  NOT NULL,
  made_at  BIGINT       NOT NULL,
  done     TINYINT      NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS segment_ranges (
  conversation_id BIGINT NOT NULL,
  first_seq       BIGINT NOT NULL,
  last_seq        BIGINT NOT NULL,
  segment_id      BIGINT NOT NULL,
  first_row       BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, first_seq),
  KEY segment_ranges_of (segment_id, conversation_id, first_seq)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS segment_leftovers (
  id    BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name  VARCHAR(255) NOT NULL,
  since BIGINT       NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS archiver (
  id      BIGINT NOT NULL PRIMARY KEY,
  node_id BIGINT NOT NULL
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT IGNORE INTO archiver (id, node_id) VALUES (1, 0);
