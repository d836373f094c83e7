package store

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"parley/internal/store/sqldb"
)

// mysqlOnce is the same as postgresOnce, as a compound statement of MariaDB. Where every
// row is as it ought to be, which is nearly always, each message knows its place in its
// conversation beforehand; otherwise (ELSE) those that fit are looked for.
const mysqlOnce = `
BEGIN NOT ATOMIC
  DECLARE first_conv, at_ms BIGINT;
  DECLARE devs, cons, msgs, ds, cs, ps LONGTEXT CHARACTER SET utf8mb4;
  DECLARE n, nd, nc BIGINT DEFAULT 0;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  SELECT ?, ?, ?, ?, ? INTO first_conv, at_ms, devs, cons, msgs;
  START TRANSACTION;
  IF first_conv > 0 THEN
    SELECT COUNT(*) INTO n FROM conversations WHERE id = first_conv FOR UPDATE;
  END IF;
  SELECT JSON_ARRAYAGG(JSON_ARRAY(d.id, d.session_id = j.session AND (j.was < 0 OR j.was = d.last_send_seq))),
         COALESCE(SUM(d.session_id = j.session AND (j.was < 0 OR j.was = d.last_send_seq)), 0) INTO ds, nd
    FROM JSON_TABLE(devs, '$[*]' COLUMNS (id BIGINT PATH '$[0]', session BIGINT PATH '$[1]', was BIGINT PATH '$[2]')) j
    STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id FOR UPDATE SKIP LOCKED;
  SELECT JSON_ARRAYAGG(JSON_ARRAY(c.id, c.version = j.version, c.last_seq)), COALESCE(SUM(c.version = j.version), 0) INTO cs, nc
    FROM JSON_TABLE(cons, '$[*]' COLUMNS (id BIGINT PATH '$[0]', version BIGINT PATH '$[1]')) j
    STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id FOR UPDATE SKIP LOCKED;
  IF nd = JSON_LENGTH(devs) AND nc = JSON_LENGTH(cons) THEN
    INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
    SELECT m.conv, c.last_seq + m.off, m.sender, m.device, NULLIF(m.n, 0), at_ms, m.body
      FROM JSON_TABLE(msgs, '$[*]' COLUMNS (conv BIGINT PATH '$[0]', device BIGINT PATH '$[1]', sender BIGINT PATH '$[2]',
           n BIGINT PATH '$[3]', off BIGINT PATH '$[5]', body LONGTEXT CHARACTER SET utf8mb4 PATH '$[6]')) m
      STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = m.conv;
    UPDATE JSON_TABLE(devs, '$[*]' COLUMNS (id BIGINT PATH '$[0]', n BIGINT PATH '$[3]')) j
      STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = j.id SET d.last_send_seq = j.n WHERE j.n >= 0;
    UPDATE JSON_TABLE(cons, '$[*]' COLUMNS (id BIGINT PATH '$[0]', k BIGINT PATH '$[2]')) j
      STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = j.id
      SET c.last_seq = c.last_seq + j.k, c.last_at = at_ms, c.changed_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED);
    COMMIT;
    SELECT 4, j.id, j.base FROM JSON_TABLE(cs, '$[*]' COLUMNS (id BIGINT PATH '$[0]', base BIGINT PATH '$[2]')) j;
  ELSE
    SELECT JSON_ARRAYAGG(JSON_ARRAY(p.ord, p.seq)) INTO ps FROM (
      SELECT x.ord, x.last_seq + ROW_NUMBER() OVER (PARTITION BY x.conv ORDER BY x.ord) AS seq FROM (
        SELECT m.ord, m.conv, m.pos, c.last_seq, ROW_NUMBER() OVER (PARTITION BY m.device ORDER BY m.ord) AS place
          FROM JSON_TABLE(msgs, '$[*]' COLUMNS (ord FOR ORDINALITY, conv BIGINT PATH '$[0]', device BIGINT PATH '$[1]', pos BIGINT PATH '$[4]')) m
          JOIN JSON_TABLE(ds, '$[*]' COLUMNS (id BIGINT PATH '$[0]', good INT PATH '$[1]')) d ON d.id = m.device AND d.good = 1
          JOIN JSON_TABLE(cs, '$[*]' COLUMNS (id BIGINT PATH '$[0]', good INT PATH '$[1]', last_seq BIGINT PATH '$[2]')) c
            ON c.id = m.conv AND c.good = 1) x
       WHERE x.place = x.pos) p;
    INSERT INTO messages (conversation_id, seq, sender_id, device_id, send_seq, sent_at, body)
    SELECT m.conv, p.seq, m.sender, m.device, NULLIF(m.n, 0), at_ms, m.body
      FROM JSON_TABLE(ps, '$[*]' COLUMNS (ord BIGINT PATH '$[0]', seq BIGINT PATH '$[1]')) p
      JOIN JSON_TABLE(msgs, '$[*]' COLUMNS (ord FOR ORDINALITY, conv BIGINT PATH '$[0]', device BIGINT PATH '$[1]', sender BIGINT PATH '$[2]',
           n BIGINT PATH '$[3]', body LONGTEXT CHARACTER SET utf8mb4 PATH '$[6]')) m ON m.ord = p.ord;
    UPDATE (SELECT m.device, MAX(m.n) AS n
              FROM JSON_TABLE(ps, '$[*]' COLUMNS (ord BIGINT PATH '$[0]')) p
              JOIN JSON_TABLE(msgs, '$[*]' COLUMNS (ord FOR ORDINALITY, device BIGINT PATH '$[1]', n BIGINT PATH '$[3]')) m ON m.ord = p.ord
             WHERE m.n > 0 GROUP BY m.device) x
      STRAIGHT_JOIN devices d FORCE INDEX (PRIMARY) ON d.id = x.device SET d.last_send_seq = x.n;
    UPDATE (SELECT m.conv, MAX(p.seq) AS seq
              FROM JSON_TABLE(ps, '$[*]' COLUMNS (ord BIGINT PATH '$[0]', seq BIGINT PATH '$[1]')) p
              JOIN JSON_TABLE(msgs, '$[*]' COLUMNS (ord FOR ORDINALITY, conv BIGINT PATH '$[0]')) m ON m.ord = p.ord
             GROUP BY m.conv) x
      STRAIGHT_JOIN conversations c FORCE INDEX (PRIMARY) ON c.id = x.conv
      SET c.last_seq = x.seq, c.last_at = at_ms, c.changed_at = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED);
    COMMIT;
    SELECT 1, p.ord, p.seq FROM JSON_TABLE(ps, '$[*]' COLUMNS (ord BIGINT PATH '$[0]', seq BIGINT PATH '$[1]')) p
    UNION ALL
    SELECT 2, d.id, 0 FROM JSON_TABLE(devs, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) j STRAIGHT_JOIN devices d ON d.id = j.id
     WHERE d.id NOT IN (SELECT g.id FROM JSON_TABLE(COALESCE(ds, '[]'), '$[*]' COLUMNS (id BIGINT PATH '$[0]')) g)
    UNION ALL
    SELECT 3, c.id, 0 FROM JSON_TABLE(cons, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) j STRAIGHT_JOIN conversations c ON c.id = j.id
     WHERE c.id NOT IN (SELECT g.id FROM JSON_TABLE(COALESCE(cs, '[]'), '$[*]' COLUMNS (id BIGINT PATH '$[0]')) g);
  END IF;
END`

func mysqlAppendOnce(l *sqldb.Link, in *onceInput, out *onceOutput) error {
	bases := map[int64]int64{}
	err := l.Query(sqlAppendOnce, func(r sqldb.Row) bool {
		if r.Num(0) == 4 {
			bases[r.Num(1)] = r.Num(2)
		} else {
			out.tell(r)
		}
		return true
	}, int64(in.first), in.at, jsonRows(in.devices, in.sessions, in.was, in.last), jsonRows(in.convs, in.versions, in.counts), in.messages())
	if err != nil || len(bases) == 0 {
		return err
	}
	for i, conv := range in.conv {
		base, ok := bases[conv]
		if !ok {
			return fmt.Errorf("store: the server did not tell where conversation %d ends", conv)
		}
		out.seqs[i] = base + in.off[i]
	}
	return nil
}

// jsonRows are rows of numbers, as JSON.
func jsonRows(all ...[]int64) string {
	b := []byte{'['}
	for i := range all[0] {
		b = append(b, '[')
		for _, column := range all {
			b = append(strconv.AppendInt(b, column[i], 10), ',')
		}
		b[len(b)-1] = ']'
		b = append(b, ',')
	}
	return closed(b)
}

func closed(b []byte) string {
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return string(append(b, ']'))
}

// messages are the messages as JSON.
func (in *onceInput) messages() string {
	size := 2
	for _, body := range in.body {
		size += len(body) + len(body)/8 + 64
	}
	b := append(make([]byte, 0, size), '[')
	for i := range in.body {
		b = append(b, '[')
		for _, n := range [...]int64{in.conv[i], in.device[i], in.sender[i], in.sendSeq[i], in.pos[i], in.off[i]} {
			b = append(strconv.AppendInt(b, n, 10), ',')
		}
		b = append(appendJSON(b, in.body[i]), ']', ',')
	}
	return closed(b)
}

// appendJSON appends a text as JSON. One that is not UTF-8 becomes null, which the
// database refuses.
func appendJSON(b []byte, text string) []byte {
	if !utf8.ValidString(text) {
		return append(b, "null"...)
	}
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[from:i]...)
		from = i + 1
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		} else {
			b = append(b, '\\', c)
		}
	}
	return append(append(b, text[from:]...), '"')
}
