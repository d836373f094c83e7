-- What a user has set for a conversation: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS conversation_settings (
  user_id         BIGINT     NOT NULL,
  conversation_id BIGINT     NOT NULL,
  no              BIGINT     NOT NULL,
  level           BIGINT     NOT NULL,
  mute_until      BIGINT     NOT NULL,
  pinned          BIGINT     NOT NULL,
  hidden_seq      BIGINT     NOT NULL,
  draft           MEDIUMTEXT NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
