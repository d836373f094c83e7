-- The times before the last that somebody was in a group: see SQLite's.

-- +goose Up
CREATE TABLE member_windows (
  group_id   BIGINT NOT NULL,
  user_id    BIGINT NOT NULL,
  joined_seq BIGINT NOT NULL,
  left_seq   BIGINT NOT NULL,
  PRIMARY KEY (group_id, user_id, joined_seq)
);

CREATE INDEX member_windows_by_user ON member_windows (user_id, group_id);

CREATE OR REPLACE VIEW "OfflineMessage" (userid, message) AS
SELECT a.user_id,
       CASE a.kind
       WHEN 1 THEN json_build_object('msgid', 4, 'id', m.sender_id, 'from', s.name, 'to', a.user_id, 'msg', m.body,
                               'time', to_char(to_timestamp(m.sent_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                               'seq', m.seq)
       ELSE json_build_object('msgid', 8, 'id', m.sender_id, 'from', s.name, 'gid', a.group_id, 'msg', m.body,
                        'time', to_char(to_timestamp(m.sent_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                        'seq', m.seq)
       END
  FROM (SELECT user_lo AS user_id, id, kind, CAST(NULL AS BIGINT) AS group_id, 0 AS bottom, last_seq AS top FROM conversations WHERE kind = 1
        UNION ALL
        SELECT user_hi, id, kind, CAST(NULL AS BIGINT), 0, last_seq FROM conversations WHERE kind = 1
        UNION ALL
        SELECT b.user_id, c.id, c.kind, c.group_id, b.joined_seq, COALESCE(b.left_seq, c.last_seq)
          FROM members b JOIN conversations c ON c.group_id = b.group_id
        UNION ALL
        SELECT w.user_id, c.id, c.kind, c.group_id, w.joined_seq, w.left_seq
          FROM member_windows w JOIN conversations c ON c.group_id = w.group_id) a
  JOIN messages m ON m.conversation_id = a.id AND m.seq > a.bottom AND m.seq <= a.top
                 AND m.seq > COALESCE((SELECT MAX(k.seq) FROM cursors k
                                        WHERE k.user_id = a.user_id AND k.conversation_id = a.id AND k.device_id <> 0), 0)
  JOIN users s ON s.id = m.sender_id
 WHERE m.sender_id <> a.user_id;
