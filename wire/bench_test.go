package wire

import (
	"strings"
	"testing"
	"time"
)

// hundred is a text of 100 bytes.
var hundred = strings.Repeat("0123456789", 10)

var (
	chatFrame    = []byte(`{"msgid":4,"id":1,"to":2,"msg":"` + hundred + `","send_seq":12345}`)
	messageFrame = Message{ID: 1, From: "huangyuming", To: 2, Msg: hundred, Time: "2024-05-01T08:30:00.125Z", Seq: 12345, SendSeq: 12345}
)

func BenchmarkDecodeChat(b *testing.B) { benchDecode(b, chatFrame) }
func BenchmarkDecodeReceived(b *testing.B) {
	benchDecode(b, []byte(`{"msgid":13,"with":2,"seq":12345}`))
}

func BenchmarkDecodeChatChinese(b *testing.B) {
	benchDecode(b, []byte(`{"msgid":4,"id":1,"to":2,"msg":"`+strings.Repeat("你好世界", 8)+`","send_seq":12345}`))
}

func benchDecode(b *testing.B, frame []byte) {
	var r Request
	b.ReportAllocs()
	b.SetBytes(int64(len(frame)))
	for b.Loop() {
		if err := DecodeRequest(frame, &r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeMessage(b *testing.B) {
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = messageFrame.AppendJSON(dst[:0])
	}
	b.SetBytes(int64(len(dst)))
}

func BenchmarkEncodeAck(b *testing.B) {
	ack := AckReply{Re: Chat, SendSeq: 12345, Seq: 12345, Time: messageFrame.Time}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = ack.AppendJSON(dst[:0])
	}
}

func BenchmarkEncodeRequest(b *testing.B) {
	r := Request{Msgid: Chat, To: 2, Msg: hundred, SendSeq: 12345}
	r.Set(FTo, FMsg, FSendSeq)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = r.AppendJSON(dst[:0])
	}
}

func BenchmarkDecodeMessage(b *testing.B) {
	frame := messageFrame.AppendJSON(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeServer(frame); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendTime(b *testing.B) {
	at := time.Date(2024, 5, 1, 8, 30, 0, 125e6, time.UTC)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendTime(dst[:0], at)
	}
}

// BenchmarkCutter cuts a read of 16 KiB; the figure is for one object.
func BenchmarkCutter(b *testing.B) {
	var read []byte
	objects := 0
	for ; len(read) < 16<<10; objects++ {
		read = append(append(read, chatFrame...), '\n')
	}
	var c Cutter
	b.ReportAllocs()
	for b.Loop() {
		for rest := read; ; {
			object, more, err := c.Next(rest)
			if err != nil {
				b.Fatal(err)
			}
			if object == nil {
				break
			}
			rest = more
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*objects), "ns/object")
}

// The hot frames must not allocate beyond their strings.
func TestHotFramesAllocateLittle(t *testing.T) {
	var r Request
	dst := make([]byte, 0, 1024)
	received := []byte(`{"msgid":13,"gid":"2","seq":12345,"rid":"abc"}`)
	at := time.Now()
	ack := AckReply{Re: Chat, RID: []byte("1"), SendSeq: 1, Seq: 2, Time: "2024-05-01T08:30:00.125Z"}
	for name, test := range map[string]struct {
		most float64
		f    func()
	}{
		"decode chat":     {1, func() { DecodeRequest(chatFrame, &r) }},
		"decode received": {0, func() { DecodeRequest(received, &r) }},
		"encode message":  {0, func() { dst = messageFrame.AppendJSON(dst[:0]) }},
		"encode ack":      {0, func() { dst = ack.AppendJSON(dst[:0]) }},
		"append time":     {0, func() { dst = AppendTime(dst[:0], at) }},
	} {
		if n := testing.AllocsPerRun(100, test.f); n > test.most {
			t.Errorf("%s: %v allocations, at most %v", name, n, test.most)
		}
	}
}
