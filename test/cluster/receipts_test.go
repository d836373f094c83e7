package cluster

import (
	"testing"

	"parley/client"
	"parley/test/testkit"
)

// What somebody on one node has received and read is told on another: by the notice, without Redis,
// and what was lost while there was none. A conversation in which nothing was said for long, and
// nothing is said meanwhile, is no exception.
func TestReceiptsAcrossNodes(t *testing.T) {
	t.Parallel()
	for kind := range testkit.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewCluster(t, kind, testkit.Unsynced)
			c.Becomes("200")
			told := make(chan client.Event, 1000)
			writer, writerID := testkit.Account(t, c.Nodes[0], "writer")
			writer.OnEvent = func(_ *client.Client, e client.Event) { told <- e }
			reader, readerID := testkit.Account(t, c.Nodes[1], "reader")
			arrived := make(chan struct{}, 100)
			reader.OnMessage = func(*client.Client, *client.Message) { arrived <- struct{}{} }
			from, to := testkit.Login(t, writer), testkit.Login(t, reader)
			send := func(text string) (seq int64) {
				t.Helper()
				r, err := from.Send(testkit.Soon(t), readerID, text)
				if err != nil {
					t.Fatal(err)
				}
				<-arrived
				return r.Seq
			}
			read := func(seq int64) {
				t.Helper()
				if err := to.MarkRead(testkit.Soon(t), client.Direct(writerID), seq); err != nil {
					t.Fatal(err)
				}
			}
			hears := func(what string, received, read int64) {
				t.Helper()
				for best := (client.Reached{}); best.Received < received || best.Read < read; {
					select {
					case e := <-told:
						if r, ok := e.(client.Receipts); ok && r.Conversation == client.Direct(readerID) {
							best = r.Positions[0]
						}
					case <-testkit.Soon(t).Done():
						t.Fatalf("%s: the writer was told %+v, want %d and %d", what, best, received, read)
					}
				}
			}
			first := send("first")
			hears("received", first, 0)
			read(first)
			hears("read", first, first)
			to.Typing(client.Direct(writerID))
			for typing := false; !typing; {
				select {
				case e := <-told:
					_, typing = e.(client.Typing)
				case <-testkit.Soon(t).Done():
					t.Fatal("the writer is not told that the reader writes")
				}
			}
			second := send("second")
			hears("received", second, first)
			c.Redis.Kill()
			c.Becomes("200 degraded: bus")
			read(second)
			hears("read without Redis", second, second)
			third := send("third")
			hears("received without Redis", third, second)
		})
	}
}
