package client

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/wire"
)

// The vectors of test/conformance say what the two state machines of an SDK do. They are
// written by this SDK (-update) and hold for the others as well.
const vectorFolder = "../test/conformance/vectors"

var updateVectors = flag.Bool("update", false, "write test/conformance/vectors anew")

// machineCase is one life of a state machine: what it is told, and what comes of it.
type machineCase struct {
	Limit int           `json:"limit"` // of an order: early; of an outbox: its window
	Steps []machineStep `json:"steps"`
}

type machineStep struct {
	Do   string  `json:"do"`
	With []int64 `json:"with,omitempty"`
	Gets []int64 `json:"gets"`
}

func TestOrderVectors(t *testing.T) {
	runVectors(t, "order.json", func(r *rand.Rand) machineCase {
		c := machineCase{Limit: 1 + r.IntN(6)}
		for range 30 {
			do := []string{"deliver", "deliver", "deliver", "acked", "overlook", "skip", "startAt", "rejoin", "joinedAgain", "again"}[r.IntN(10)]
			if do == "again" && r.IntN(3) > 0 {
				do = "deliver"
			}
			c.Steps = append(c.Steps, machineStep{Do: do, With: []int64{1 + r.Int64N(20)}})
		}
		return c
	}, func(t *testing.T, c machineCase) func(machineStep) []int64 {
		o := order{limit: c.Limit}
		return func(s machineStep) []int64 { return stepOrder(t, &o, s) }
	})
}

// stepOrder returns what is shown, then next, highest, how many wait, and the first gap.
func stepOrder(t *testing.T, o *order, s machineStep) []int64 {
	m := &Message{Seq: s.With[0]}
	var shown []*Message
	switch s.Do {
	case "deliver":
		shown = o.deliver(m, nil)
	case "acked":
		shown = o.acked(m, nil)
	case "overlook":
		shown = o.overlook(m, nil)
	case "skip":
		shown = o.skip(m.Seq, nil)
	case "startAt":
		shown = o.startAt(m.Seq, nil)
	case "rejoin":
		shown = o.rejoin(m.Seq, nil)
	case "joinedAgain":
		o.joinedAgain(m.Seq)
	case "again":
		*o = o.again()
	default:
		t.Fatalf("the vectors have a step %q that this SDK does not know", s.Do)
	}
	got := []int64{}
	for _, m := range shown {
		got = append(got, m.Seq)
	}
	from, to, _ := o.missing()
	return append(got, -1, o.next, o.highest, int64(len(o.early)), from, to)
}

func TestOutboxVectors(t *testing.T) {
	codes := []wire.Code{wire.OK, wire.OK, wire.OK, wire.OK, wire.NotMember, wire.Busy, wire.Behind, wire.SendSeqGap, wire.Passed, wire.RateLimited, wire.StoreFull}
	runVectors(t, "outbox.json", func(r *rand.Rand) machineCase {
		c := machineCase{Limit: 1 + r.IntN(5), Steps: []machineStep{{Do: "login", With: []int64{r.Int64N(4), 1}}}}
		for range 40 {
			s := machineStep{Do: []string{"add", "add", "take", "take", "take", "answer", "answer", "answer", "resume", "login", "drop"}[r.IntN(11)]}
			switch s.Do {
			case "answer":
				s.With = []int64{1 + r.Int64N(12), int64(codes[r.IntN(len(codes))]), r.Int64N(12)}
			case "login":
				s.With = []int64{r.Int64N(12), r.Int64N(2)}
			case "drop":
				s.With = []int64{r.Int64N(6)}
			}
			c.Steps = append(c.Steps, s)
		}
		return c
	}, func(t *testing.T, c machineCase) func(machineStep) []int64 {
		b := outbox{window: c.Limit}
		return func(s machineStep) []int64 { return stepOutbox(t, &b, s) }
	})
}

// stepOutbox returns the numbers of the entries that a step returns, then what the outbox says
// of itself.
func stepOutbox(t *testing.T, b *outbox, s machineStep) []int64 {
	got := []int64{}
	give := func(e *entry) {
		if e != nil {
			got = append(got, e.seq)
		}
	}
	switch s.Do {
	case "add":
		b.add(&entry{conv: Direct(2)})
	case "take":
		give(b.take())
	case "answer":
		e, st := b.answer(s.With[0], wire.Code(s.With[1]), s.With[2], 0)
		give(e)
		got = append(got, number(st.begun))
	case "login":
		for _, e := range b.login(s.With[0], s.With[1] == 1) {
			give(e)
		}
	case "resume":
		if b.stalled && b.drained() {
			b.resume()
		}
	case "drop":
		if n := int(s.With[0]); n < len(b.entries) {
			got = append(got, number(b.drop(b.entries[n])))
		}
	default:
		t.Fatalf("the vectors have a step %q that this SDK does not know", s.Do)
	}
	return append(got, -1, b.sendNext(), b.next, int64(len(b.entries)), int64(b.onWire), number(b.stalled), number(b.renew), number(b.underWay(Direct(2))))
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// runVectors compares every step of every case with what the file says.
func runVectors(t *testing.T, name string, draw func(*rand.Rand) machineCase, begin func(*testing.T, machineCase) func(machineStep) []int64) {
	path := filepath.Join(vectorFolder, name)
	if *updateVectors {
		writeVectors(t, path, draw, begin)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []machineCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("there is no case")
	}
	for n, c := range cases {
		step := begin(t, c)
		for i, s := range c.Steps {
			if diff := cmp.Diff(s.Gets, step(s)); diff != "" {
				t.Fatalf("case %d, step %d (%s %v): -vectors +here\n%s", n, i, s.Do, s.With, diff)
			}
		}
	}
}

func writeVectors(t *testing.T, path string, draw func(*rand.Rand) machineCase, begin func(*testing.T, machineCase) func(machineStep) []int64) {
	text := []byte("[")
	for seed := range uint64(60) {
		c := draw(rand.New(rand.NewPCG(seed, 1)))
		step := begin(t, c)
		for i := range c.Steps {
			c.Steps[i].Gets = step(c.Steps[i])
		}
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if seed > 0 {
			text = append(text, ',')
		}
		text = append(append(text, '\n'), line...)
	}
	if err := os.WriteFile(path, append(text, "\n]\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
}
