// Package archive keeps old messages in files: Parquet segments in a folder or in an S3
// bucket. It moves them there from the database, reads them as if they were still in it,
// checks them, exports them, and brings them back.
package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"parley/internal/chat"
)

// record is one message as it stands in a segment: the schema of the files, which
// docs/operations.md describes. Rows are sorted by conversation and seq.
type record struct {
	Conversation int64  `parquet:"conversation,delta"`
	Seq          int64  `parquet:"seq,delta"`
	Kind         int32  `parquet:"kind,dict"`             // 1 direct, 2 group
	UserLo       int64  `parquet:"user_lo,optional,dict"` // a direct one's two users
	UserHi       int64  `parquet:"user_hi,optional,dict"`
	Group        int64  `parquet:"group,optional,dict"`
	Sender       int64  `parquet:"sender,dict"`
	Device       int64  `parquet:"device,dict"`
	SendSeq      int64  `parquet:"send_seq,optional,delta"`
	SentAt       int64  `parquet:"sent_at,delta,timestamp(millisecond)"`
	Body         string `parquet:"body,zstd"`
	Extra        []byte `parquet:"extra,optional,zstd"` // chat.Packed; files of older versions have none
}

func newRecord(c *chat.Conv, m *chat.Message) record {
	r := record{
		Conversation: int64(m.Conv), Seq: m.Seq, Kind: int32(c.Kind), UserLo: int64(c.Lo), UserHi: int64(c.Hi), Group: int64(c.Group),
		Sender: int64(m.Sender), Device: int64(m.Device), SendSeq: m.SendSeq, SentAt: m.SentAt.UnixMilli(), Body: m.Body,
	}
	if m.Extra != "" {
		r.Extra = []byte(m.Extra)
	}
	return r
}

func (r *record) message() chat.Message {
	return chat.Message{
		Conv: chat.ConvID(r.Conversation), Seq: r.Seq, Sender: chat.UserID(r.Sender), Device: chat.DeviceID(r.Device),
		SendSeq: r.SendSeq, SentAt: time.UnixMilli(r.SentAt).UTC(), Body: r.Body, Extra: chat.Packed(r.Extra),
	}
}

// groupRows is how many rows a row group has at most: a page of history reads one, and
// decodes no more of it than it needs.
const groupRows = 4096

// rest is called after each row group with the time that it took, so that a segment does
// not keep a core busy for long; its error ends the work.
type rest func(took time.Duration) error

func noRest(time.Duration) error { return nil }

// encode writes a segment.
func encode(rows []record, rest rest) ([]byte, error) {
	var file bytes.Buffer
	w := parquet.NewGenericWriter[record](&file,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedBetterCompression}),
		parquet.CreatedBy("Parley", "1", ""),
		parquet.DataPageStatistics(true),
	)
	for len(rows) > 0 {
		n := min(len(rows), groupRows)
		began := time.Now()
		if _, err := w.Write(rows[:n]); err != nil {
			return nil, err
		}
		if err := w.Flush(); err != nil {
			return nil, err
		}
		rows = rows[n:]
		if err := rest(time.Since(began)); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// segment is a file in memory.
type segment struct {
	file *parquet.File
	size int64
}

// errDamaged is about a file that is not what was written.
var errDamaged = errors.New("archive: the segment is damaged: it is not what was written")

// decode opens a segment whose bytes have a hash.
func decode(data []byte, hash string) (s *segment, err error) {
	if hashOf(data) != hash {
		return nil, errDamaged
	}
	defer rescue(&err)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return &segment{file, int64(len(data))}, nil
}

// rescue makes an error of a panic of the Parquet reader, which trusts files more than
// we do.
func rescue(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", errDamaged, p)
	}
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (s *segment) rows() int64 { return s.file.NumRows() }

// read returns n rows from a row on.
func (s *segment) read(row, n int64) (rows []record, err error) {
	defer rescue(&err)
	if row < 0 || n < 0 || row+n > s.rows() {
		return nil, fmt.Errorf("%w: it has %d rows, and %d from row %d on are wanted", errDamaged, s.rows(), n, row)
	}
	for _, g := range s.file.RowGroups() {
		if row >= g.NumRows() {
			row -= g.NumRows()
			continue
		}
		if n == 0 {
			break
		}
		part, err := readGroup(g, row, min(n, g.NumRows()-row))
		if err != nil {
			return nil, err
		}
		rows = append(rows, part...)
		n -= int64(len(part))
		row = 0
	}
	return rows, nil
}

// all returns all rows.
func (s *segment) all(rest rest) ([]record, error) {
	rows := make([]record, 0, s.rows())
	for int64(len(rows)) < s.rows() {
		began := time.Now()
		part, err := s.read(int64(len(rows)), min(groupRows, s.rows()-int64(len(rows))))
		if err != nil {
			return nil, err
		}
		rows = append(rows, part...)
		if err := rest(time.Since(began)); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func readGroup(g parquet.RowGroup, row, n int64) ([]record, error) {
	r := parquet.NewGenericRowGroupReader[record](g)
	defer r.Close()
	if err := r.SeekToRow(row); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	part := make([]record, n)
	for have := 0; have < len(part); {
		k, err := r.Read(part[have:])
		have += k
		if have < len(part) && (err != nil || k == 0) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	return part, nil
}

// messages reads a run of one conversation and insists that it is that.
func (s *segment) messages(conv chat.ConvID, first, row, n int64) ([]chat.Message, error) {
	rows, err := s.read(row, n)
	if err != nil {
		return nil, err
	}
	list := make([]chat.Message, len(rows))
	for i := range rows {
		list[i] = rows[i].message()
		if list[i].Conv != conv || list[i].Seq != first+int64(i) {
			return nil, fmt.Errorf("%w: row %d is message %d of conversation %d", errDamaged, row+int64(i), list[i].Seq, list[i].Conv)
		}
	}
	return list, nil
}

// segmentName names a segment by its conversations, the time of its newest message, and
// its content.
func segmentName(logID string, rows []record, hash string) string {
	newest := int64(0)
	for i := range rows {
		newest = max(newest, rows[i].SentAt)
	}
	return path.Join(logID, fmt.Sprintf("%d-%d_%s_%s.parquet", rows[0].Conversation, rows[len(rows)-1].Conversation,
		time.UnixMilli(newest).UTC().Format("20060102T150405Z"), hash[:16]))
}
