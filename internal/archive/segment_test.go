package archive

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	pq "github.com/parquet-go/parquet-go"

	"parley/internal/chat"
)

// someRows are rows of several conversations, with everything that a row may hold.
func someRows(n int) []record {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "plain", "two\nlines\tand a tab", "𝄞 🙂 é ß 名", `'; DROP TABLE x; --`, strings.Repeat("名", 4000), "\u202e"}
	rows := make([]record, n)
	for i := range rows {
		conv := int64(i/3000 + 1)
		rows[i] = record{
			Conversation: conv, Seq: int64(i%3000 + 1), Kind: int32(1 + conv%2), //nolint:gosec // small
			Sender: r.Int64N(1 << 53), Device: r.Int64N(50) + 1, SentAt: 1_700_000_000_000 + int64(i)*r.Int64N(1000), Body: texts[r.IntN(len(texts))],
		}
		if conv%2 == 0 {
			rows[i].UserLo, rows[i].UserHi = 3, 1<<53
		} else {
			rows[i].Group = conv
		}
		if i%7 == 0 {
			rows[i].Extra = []byte{8, byte(i%100 + 1), 24, 1}
		}
		if i%5 != 0 {
			rows[i].SendSeq = int64(i)
		}
	}
	return rows
}

func sameRecord(a, b record) bool { return reflect.DeepEqual(a, b) }

func TestSegmentHoldsWhatWasWritten(t *testing.T) {
	for _, n := range []int{1, 2, groupRows, groupRows + 1, 20_000} {
		rows := someRows(n)
		data, err := encode(rows, noRest)
		if err != nil {
			t.Fatal(err)
		}
		again, err := encode(rows, noRest)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("the same rows make another file (%v)", err)
		}
		s, err := decode(data, hashOf(data))
		if err != nil || s.rows() != int64(n) {
			t.Fatalf("%d rows of %d, %v", s.rows(), n, err)
		}
		r := rand.New(rand.NewPCG(3, 4))
		for range 50 {
			from := r.Int64N(int64(n))
			count := r.Int64N(min(int64(n)-from, 500) + 1)
			got, err := s.read(from, count)
			if err != nil || !slices.EqualFunc(got, rows[from:from+count], sameRecord) {
				t.Fatalf("%d rows from %d on are not what was written (%v)", count, from, err)
			}
		}
		for _, bad := range [][2]int64{{-1, 1}, {0, int64(n) + 1}, {int64(n), 1}, {0, -1}} {
			if _, err := s.read(bad[0], bad[1]); !errors.Is(err, errDamaged) {
				t.Errorf("%d rows from %d on: %v", bad[1], bad[0], err)
			}
		}
	}
}

// A page of history must not decode more than a row group.
func TestRowGroupsAreBounded(t *testing.T) {
	data, err := encode(someRows(3*groupRows-5), noRest)
	if err != nil {
		t.Fatal(err)
	}
	s, err := decode(data, hashOf(data))
	if err != nil {
		t.Fatal(err)
	}
	groups := s.file.RowGroups()
	if len(groups) != 3 {
		t.Errorf("%d row groups", len(groups))
	}
	for _, g := range groups {
		if g.NumRows() > groupRows {
			t.Errorf("a row group of %d rows", g.NumRows())
		}
	}
}

// FuzzSegment: whatever a file holds, reading it gives rows or an error.
func FuzzSegment(f *testing.F) {
	data, err := encode(someRows(50), noRest)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := decode(in, hashOf(in)) // as if whoever damaged it had mended the hash
		if err != nil {
			return
		}
		if rows, err := s.read(0, min(s.rows(), 100)); err == nil && int64(len(rows)) != min(s.rows(), 100) {
			t.Errorf("%d rows", len(rows))
		}
	})
}

// TestAnotherReader reads a segment with Apache Arrow's Parquet reader, which shares no
// code with the one that wrote it: names, types and values are what the documentation says.
func TestAnotherReader(t *testing.T) {
	rows := someRows(10_000)
	data, err := encode(rows, noRest)
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	schema := r.MetaData().Schema
	var names []string
	for i := range schema.NumColumns() {
		c := schema.Column(i)
		names = append(names, fmt.Sprint(c.Name(), " ", strings.ToLower(c.PhysicalType().String()), " ", c.LogicalType()))
	}
	if got := strings.Join(names, "\n"); !strings.Contains(got, "conversation int64") || !strings.Contains(got, "body byte_array String") || !strings.Contains(got, "sent_at int64 Timestamp") {
		t.Errorf("the columns are\n%s", got)
	}
	at := 0
	for g := range r.NumRowGroups() {
		group := r.RowGroup(g)
		n := group.NumRows()
		seqs, senders, bodies := make([]int64, n), make([]int64, n), make([]parquet.ByteArray, n)
		readAll(t, group, schema.ColumnIndexByName("seq"), func(c file.ColumnChunkReader) (int64, error) {
			total, _, err := c.(*file.Int64ColumnChunkReader).ReadBatch(n, seqs, nil, nil)
			return total, err
		}, n)
		readAll(t, group, schema.ColumnIndexByName("sender"), func(c file.ColumnChunkReader) (int64, error) {
			total, _, err := c.(*file.Int64ColumnChunkReader).ReadBatch(n, senders, nil, nil)
			return total, err
		}, n)
		readAll(t, group, schema.ColumnIndexByName("body"), func(c file.ColumnChunkReader) (int64, error) {
			total, _, err := c.(*file.ByteArrayColumnChunkReader).ReadBatch(n, bodies, nil, nil)
			return total, err
		}, n)
		for i := range seqs {
			if want := rows[at]; seqs[i] != want.Seq || senders[i] != want.Sender || string(bodies[i]) != want.Body {
				t.Fatalf("row %d is %d %d %q, want %+v", at, seqs[i], senders[i], bodies[i], want)
			}
			at++
		}
	}
	if at != len(rows) {
		t.Errorf("%d rows of %d", at, len(rows))
	}
}

func readAll(t *testing.T, g *file.RowGroupReader, column int, read func(file.ColumnChunkReader) (int64, error), want int64) {
	t.Helper()
	c, err := g.Column(column)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := read(c); err != nil || n != want {
		t.Fatalf("column %d: %d values of %d, %v", column, n, want, err)
	}
}

// olderRecord is a row as the version before there was anything beside a text wrote it.
type olderRecord struct {
	Conversation int64  `parquet:"conversation,delta"`
	Seq          int64  `parquet:"seq,delta"`
	Kind         int32  `parquet:"kind,dict"`
	UserLo       int64  `parquet:"user_lo,optional,dict"`
	UserHi       int64  `parquet:"user_hi,optional,dict"`
	Group        int64  `parquet:"group,optional,dict"`
	Sender       int64  `parquet:"sender,dict"`
	Device       int64  `parquet:"device,dict"`
	SendSeq      int64  `parquet:"send_seq,optional,delta"`
	SentAt       int64  `parquet:"sent_at,delta,timestamp(millisecond)"`
	Body         string `parquet:"body,zstd"`
}

// TestOlderSegmentsStayReadable: a segment without the column of what is beside texts is read, and
// that of a message in a newer one comes back to the bit.
func TestOlderSegmentsStayReadable(t *testing.T) {
	rows := someRows(groupRows + 10)
	older := make([]olderRecord, len(rows))
	for i := range rows {
		rows[i].Extra = nil
		r := &rows[i]
		older[i] = olderRecord{r.Conversation, r.Seq, r.Kind, r.UserLo, r.UserHi, r.Group, r.Sender, r.Device, r.SendSeq, r.SentAt, r.Body}
	}
	var data bytes.Buffer
	w := pq.NewGenericWriter[olderRecord](&data, pq.MaxRowsPerRowGroup(groupRows))
	if _, err := w.Write(older); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := decode(data.Bytes(), hashOf(data.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.all(noRest)
	if err != nil || !slices.EqualFunc(got, rows, sameRecord) {
		t.Errorf("an older segment is not read as it was written (%v)", err)
	}
	for i := range got {
		if m := got[i].message(); m.Extra != "" {
			t.Fatalf("message %d of an older segment has %q beside its text", i, m.Extra)
		}
	}
	want := chat.Message{Conv: 1, Seq: 1, Sender: 2, SentAt: time.UnixMilli(5).UTC(), Body: "x", Extra: (&chat.Extra{
		ReplyTo: 7, Mentions: chat.Mentions{Users: []chat.UserID{1, 1 << 53}, All: true},
	}).Pack() + "\xa2\x01\x00"} // and a field of a later version
	r := newRecord(&chat.Conv{ID: 1, Kind: chat.Group, Group: 3}, &want)
	newer, err := encode([]record{r}, noRest)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = decode(newer, hashOf(newer)); err != nil {
		t.Fatal(err)
	}
	if back, err := s.messages(1, 1, 0, 1); err != nil || back[0] != want {
		t.Errorf("%+v %v, want %+v", back, err, want)
	}
}
