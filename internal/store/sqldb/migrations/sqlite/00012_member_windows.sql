-- What somebody could see of a group in the times before the last that they were in it; the
-- last one stands in members.

-- +goose Up
CREATE TABLE member_windows (
  group_id   INTEGER NOT NULL,
  user_id    INTEGER NOT NULL,
  joined_seq INTEGER NOT NULL,
  left_seq   INTEGER NOT NULL,
  PRIMARY KEY (group_id, user_id, joined_seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_windows_by_user ON member_windows (user_id, group_id);

DROP VIEW IF EXISTS OfflineMessage;
CREATE VIEW OfflineMessage (userid, message) AS
SELECT a.user_id,
       CASE a.kind
       WHEN 1 THEN json_object('msgid', 4, 'id', m.sender_id, 'from', s.name, 'to', a.user_id,
                               'msg', m.body, 'time', strftime('%Y-%m-%dT%H:%M:%fZ', m.sent_at / 1000.0, 'unixepoch'), 'seq', m.seq)
       ELSE json_object('msgid', 8, 'id', m.sender_id, 'from', s.name, 'gid', a.group_id,
                        'msg', m.body, 'time', strftime('%Y-%m-%dT%H:%M:%fZ', m.sent_at / 1000.0, 'unixepoch'), 'seq', m.seq)
       END
  FROM (SELECT user_lo AS user_id, id, kind, NULL AS group_id, 0 AS floor, last_seq AS ceiling
          FROM conversations WHERE kind = 1
        UNION ALL
        SELECT user_hi, id, kind, NULL, 0, last_seq FROM conversations WHERE kind = 1
        UNION ALL
        SELECT b.user_id, c.id, c.kind, c.group_id, b.joined_seq, COALESCE(b.left_seq, c.last_seq)
          FROM members b JOIN conversations c ON c.group_id = b.group_id
        UNION ALL
        SELECT w.user_id, c.id, c.kind, c.group_id, w.joined_seq, w.left_seq
          FROM member_windows w JOIN conversations c ON c.group_id = w.group_id) a
  JOIN messages m ON m.conversation_id = a.id
                 AND m.seq > a.floor AND m.seq <= a.ceiling
                 AND m.seq > COALESCE((SELECT MAX(k.seq) FROM cursors k
                                        WHERE k.user_id = a.user_id AND k.conversation_id = a.id AND k.device_id <> 0), 0)
  JOIN users s ON s.id = m.sender_id
 WHERE m.sender_id <> a.user_id;
