-- What is done to messages after they were sent: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS message_states (
  conversation_id BIGINT     NOT NULL,
  seq             BIGINT     NOT NULL,
  rev             BIGINT     NOT NULL,
  author_id       BIGINT     NOT NULL,
  edited_at       BIGINT     NOT NULL,
  body            MEDIUMTEXT NOT NULL CHECK (OCTET_LENGTH(body) <= 1048576),
  recalled_at     BIGINT     NOT NULL,
  recalled_by     BIGINT     NOT NULL,
  pinned_at       BIGINT     NOT NULL,
  pinned_by       BIGINT     NOT NULL,
  reactions       TEXT       NOT NULL,
  PRIMARY KEY (conversation_id, seq),
  KEY message_states_by_rev (conversation_id, rev),
  KEY message_states_by_pin (conversation_id, pinned_at)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS reactions (
  conversation_id BIGINT         NOT NULL,
  seq             BIGINT         NOT NULL,
  user_id         BIGINT         NOT NULL,
  emoji           VARBINARY(64)  NOT NULL,
  rev             BIGINT         NOT NULL,
  gone            TINYINT        NOT NULL,
  PRIMARY KEY (conversation_id, seq, user_id, emoji),
  KEY reactions_by_rev (conversation_id, rev)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS device_changes (
  device_id BIGINT NOT NULL,
  slot      BIGINT NOT NULL,
  send_seq  BIGINT NOT NULL,
  rev       BIGINT NOT NULL,
  PRIMARY KEY (device_id, slot)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS segment_recalls (
  conversation_id BIGINT NOT NULL,
  seq             BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) ENGINE=InnoDB;
