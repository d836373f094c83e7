-- What the classic design stores, in its own names and columns, to look at. Names with
-- capitals are quoted here: SELECT * FROM "User".

-- +goose Up
CREATE VIEW "User" (id, name, password, state) AS
SELECT u.id, u.name, '*',
       CASE WHEN EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.session_id <> 0)
            THEN 'online' ELSE 'offline' END
  FROM users u;

CREATE VIEW "Friend" (userid, friendid) AS
SELECT user_id, friend_id FROM friendships;

CREATE VIEW "AllGroup" (id, groupname, groupdesc) AS
SELECT id, name, description FROM chat_groups;

CREATE VIEW "GroupUser" (groupid, userid, grouprole) AS
SELECT group_id, user_id, CASE role WHEN 1 THEN 'creator' ELSE 'normal' END
  FROM members WHERE left_seq IS NULL;

CREATE VIEW "OfflineMessage" (userid, message) AS
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
          FROM members b JOIN conversations c ON c.group_id = b.group_id) a
  JOIN messages m ON m.conversation_id = a.id AND m.seq > a.bottom AND m.seq <= a.top
                 AND m.seq > COALESCE((SELECT MAX(k.seq) FROM cursors k
                                        WHERE k.user_id = a.user_id AND k.conversation_id = a.id AND k.device_id <> 0), 0)
  JOIN users s ON s.id = m.sender_id
 WHERE m.sender_id <> a.user_id;
