-- What the classic design stores, in its own names and columns, to look at.

-- +goose Up
CREATE OR REPLACE VIEW `User` (id, name, password, state) AS
SELECT u.id, u.name, '*',
       CASE WHEN EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
            THEN 'online' ELSE 'offline' END
  FROM users u;

CREATE OR REPLACE VIEW Friend (userid, friendid) AS
SELECT user_id, friend_id FROM friendships;

CREATE OR REPLACE VIEW AllGroup (id, groupname, groupdesc) AS
SELECT id, name, description FROM chat_groups;

CREATE OR REPLACE VIEW GroupUser (groupid, userid, grouprole) AS
SELECT group_id, user_id, CASE role WHEN 1 THEN 'creator' ELSE 'normal' END
  FROM members WHERE left_seq IS NULL;

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
          FROM members b JOIN conversations c ON c.group_id = b.group_id) a
  JOIN messages m ON m.conversation_id = a.id AND m.seq > a.bottom AND m.seq <= a.top
                 AND m.seq > COALESCE((SELECT MAX(k.seq) FROM cursors k
                                        WHERE k.user_id = a.user_id AND k.conversation_id = a.id AND k.device_id <> 0), 0)
  JOIN users s ON s.id = m.sender_id
 WHERE m.sender_id <> a.user_id;
