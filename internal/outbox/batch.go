package outbox

// Batch remembers the outboxes that something was queued to, so that each is written to
// once for all that a batch brings. It is used by one goroutine at a time; the zero Batch
// is empty.
type Batch struct{ touched []*Outbox }

// Queue queues framed bytes as Outbox.Queue does, and reports the same. The same outbox
// often comes several times in a row.
func (b *Batch) Queue(o *Outbox, framed []byte) bool {
	if !o.Queue(framed) {
		return false
	}
	if n := len(b.touched); n == 0 || b.touched[n-1] != o {
		b.touched = append(b.touched, o)
	}
	return true
}

// Flush starts the writers of all that was queued, and empties the batch.
func (b *Batch) Flush() {
	for i, o := range b.touched {
		o.Flush()
		b.touched[i] = nil
	}
	b.touched = b.touched[:0]
}
