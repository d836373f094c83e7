package store

import (
	"parley/internal/store/sqldb"
)

import "parley/internal/chat"

// postgresOnce locks what nobody else holds (f is waited for before anything else),
// takes the messages whose rows are as they ought to be and before which no message of the
// same device is missing, and stores these. It tells them, and the rows that others hold.
const postgresOnce = `
WITH f AS MATERIALIZED (
  SELECT id FROM conversations WHERE id = $1::bigint FOR UPDATE),
d AS MATERIALIZED (
  SELECT id, session_id, last_send_seq FROM devices
   WHERE id = ANY($3::bigint[]) AND (SELECT COUNT(*) FROM f) >= 0 ORDER BY id FOR UPDATE SKIP LOCKED),
c AS MATERIALIZED (
  SELECT id, last_seq, version FROM conversations
   WHERE id = ANY($6::bigint[]) AND (SELECT COUNT(*) FROM d) >= 0 ORDER BY id FOR UPDATE SKIP LOCKED),
fit AS (
  SELECT m.ord, m.conv, m.device, m.sender, m.n, m.pos, m.body, c.last_seq,
         ROW_NUMBER() OVER (PARTITION BY m.device ORDER BY m.ord) AS place
    FROM unnest($8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[])
         WITH ORDINALITY AS m (conv, device, sender, n, pos, body, ord)
    JOIN d ON d.id = m.device
    JOIN unnest($3::bigint[], $4::bigint[], $5::bigint[]) AS w (id, session, was)
      ON w.id = d.id AND w.session = d.session_id AND (w.was < 0 OR w.was = d.last_send_seq)
    JOIN c ON c.id = m.conv
    JOIN unnest($6::bigint[], $7::bigint[]) AS v (id, version) ON v.id = c.id AND v.version = c.version),
p AS MATERIALIZED (
  SELECT ord, conv, device, sender, n, body, last_seq + ROW_NUMBER() OVER (PARTITION BY conv ORDER BY ord) AS seq
    FROM fit WHERE place = pos),
stored AS (
  INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
  SELECT conv, seq, sender, device, NULLIF(n, 0), $2::bigint, body FROM p),
moved AS (
  UPDATE devices SET last_send_seq = x.n
    FROM (SELECT device, MAX(n) AS n FROM p WHERE n > 0 GROUP BY device) x WHERE devices.id = x.device),
grown AS (
  UPDATE conversations SET last_seq = x.seq, last_at = $2::bigint, changed_at = CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
    FROM (SELECT conv, MAX(seq) AS seq FROM p GROUP BY conv) x WHERE conversations.id = x.conv)
SELECT 1::bigint, ord, seq FROM p
UNION ALL SELECT 2, id, 0 FROM devices WHERE id = ANY($3::bigint[]) AND id NOT IN (SELECT id FROM d)
UNION ALL SELECT 3, id, 0 FROM conversations WHERE id = ANY($6::bigint[]) AND id NOT IN (SELECT id FROM c)`

func postgresAppendOnce(l *sqldb.Link, in *onceInput, out *onceOutput) error {
	return l.Query(sqlAppendOnce, func(r sqldb.Row) bool { out.tell(r); return true },
		int64(in.first), in.at, in.devices, in.sessions, in.was, in.convs, in.versions,
		in.conv, in.device, in.sender, in.sendSeq, in.pos, in.body)
}

// tell takes note of a row of the statement's answer.
func (out *onceOutput) tell(r sqldb.Row) {
	switch r.Num(0) {
	case 1:
		out.seqs[r.Num(1)-1] = r.Num(2)
	case 2:
		out.heldDevices[chat.DeviceID(r.Num(1))] = true
	case 3:
		out.heldConvs[chat.ConvID(r.Num(1))] = true
	}
}
