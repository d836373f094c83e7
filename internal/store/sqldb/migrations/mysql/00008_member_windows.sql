-- The times before the last that somebody was in a group: see SQLite's.

-- +goose Up
CREATE TABLE IF NOT EXISTS member_windows (
  group_id   BIGINT NOT NULL,
  user_id    BIGINT NOT NULL,
  joined_seq BIGINT NOT NULL,
  left_seq   BIGINT NOT NULL,
  PRIMARY KEY (group_id, user_id, joined_seq),
  KEY member_windows_by_user (user_id, group_id)
) ENGINE=InnoDB;

CREATE OR REPLACE VIEW OfflineMessage (userid, message) AS
SELECT a.user_id,
       CASE a.kind
       WHEN 1 THEN JSON_OBJECT('msgid', 4, 'id', m.sender_id, 'from', s.name, 'to', a.user_id, 'msg', m.body,
                               'time', CONCAT(DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL m.sent_at DIV 1000 SECOND), '%Y-%m-%dT%H:%i:%s.'), LPAD(m.sent_at % 1000, 3, '0'), 'Z'),
                               'seq', m.seq)
       ELSE JSON_OBJECT('msgid', 8, 'id', m.sender_id, 'from', s.name, 'gid', a.group_id, 'msg', m.body,
                        'time', CONCAT(DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL m.sent_at DIV 1000 SECOND), '%Y-%m-%dT%H:%i:%s.'), LPAD(m.sent_at % 1000, 3, '0'), 'Z'),
                        'seq', m.seq)
       END
  FROM (SELECT user_lo AS user_id, id, kind, NULL AS group_id, 0 AS bottom, last_seq AS top FROM conversations WHERE kind = 1
        UNION ALL
        SELECT user_hi, id, kind, NULL, 0, last_seq FROM conversations WHERE kind = 1
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
