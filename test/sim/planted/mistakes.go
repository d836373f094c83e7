package main

import "parley/test/sim/overlay"

// A mistake is what somebody could get wrong: a few lines of the program or of the
// store's double, changed.
type mistake struct {
	name  string
	edits []overlay.Edit
}

var mistakes = []mistake{
	{"ack before commit", []overlay.Edit{{
		File: "test/sim/memstore/store.go",
		From: "\t\t\tit.append.Seq, it.append.Err = 0, answer\n",
		To: "\t\t\tit.append.Seq = int64(len(s.db.Log(it.append.Conv))) + 1\n" +
			"\t\t\tit.append.At, it.append.Err = s.clock.Now(), nil\n",
	}}},
	{"no dedup", []overlay.Edit{{
		File: "test/sim/memstore/log.go",
		From: "numbered := a.SendSeq > 0",
		To:   "numbered := a.SendSeq > 0 && false",
	}}},
	{"an append without the session check after a takeover", []overlay.Edit{{
		File: "test/sim/memstore/log.go",
		From: "d.session != a.Session,",
		To:   "d.session != a.Session && false,",
	}}},
	{"a repeat acked because its number is low", []overlay.Edit{{
		File: "internal/hub/repeats.go",
		From: "\tcase !found:\n",
		To:   "\tcase !found && false:\n",
	}, {
		File: "internal/hub/repeats.go",
		From: "\tif err != nil || !found {",
		To:   "\tif err != nil || !found && false {",
	}}},
	{"catch-up that turns live too early", []overlay.Edit{{
		File: "internal/hub/catchup.go",
		From: "if c.loading || p.cursor < c.head {",
		To:   "if c.loading {",
	}}},
	{"a head that moves past a gap", []overlay.Edit{{
		File: "internal/hub/deliver.go",
		From: "\t\tm, ok := c.early[seq]\n",
		To:   "\t\tm, ok := c.early[seq]\n\t\tif !ok && len(c.early) > 0 {\n\t\t\tcontinue\n\t\t}\n",
	}}},
	{"a cursor moved on write for a session with acks", []overlay.Edit{{
		File: "internal/hub/deliver.go",
		From: "if taken && !s.acks.Load() {",
		To:   "if taken {",
	}, {
		File: "internal/hub/positions.go",
		From: "\tcase !s.acks.Load():\n\t\tp.queue.move(s, c, seq)\n",
		To:   "\tcase !s.acks.Load():\n\t\tp.queue.move(s, c, seq)\n\tdefault:\n\t\tp.acked.move(s, c, seq)\n",
	}}},
	{"a lost last message never looked for", []overlay.Edit{{
		File: "internal/hub/sweep.go",
		From: "\t\tif h.bus.Alone() && now.UnixNano() > h.sweeping.doubt.Load() {\n",
		To:   "\t\tif true {\n",
	}}},
	{"presence notices applied out of order", []overlay.Edit{{
		File: "internal/hub/known.go",
		From: "if now.no < k.no {",
		To:   "if now.no < k.no && false {",
	}, {
		File: "internal/hub/known.go",
		From: "if found || no < k.toldNo {",
		To:   "if false {",
	}}},
	{"a change without the author check", []overlay.Edit{{
		File: "internal/chat/changes.go",
		From: "\tcase m.Sender != by.User:\n",
		To:   "\tcase m.Sender != by.User && false:\n",
	}}},
	{"a state that overwrites a newer one", []overlay.Edit{{
		File: "test/mirror/states.go",
		From: "if s.Rev >= v.states[seq].Rev {",
		To:   "if true {",
	}, {
		File: "test/mirror/states.go",
		From: "if f.Rev > 0 {",
		To:   "if true {",
	}}},
	{"a rev moved twice by a repeat", []overlay.Edit{{
		File: "test/sim/memstore/log.go",
		From: "case numbered && d.last >= a.SendSeq:",
		To:   "case numbered && d.last >= a.SendSeq && a.Change == nil:",
	}, {
		File: "test/sim/memstore/log.go",
		From: "case numbered && d.last != a.PrevSendSeq:",
		To:   "case numbered && d.last != a.PrevSendSeq && (a.Change == nil || d.last < a.SendSeq):",
	}, {
		File: "test/sim/memstore/changes.go",
		From: "\t\td.last = a.SendSeq\n",
		To:   "\t\td.last = max(d.last, a.SendSeq)\n",
	}}},
	{"a recalled text in a late page", []overlay.Edit{{
		File: "test/sim/memstore/changes.go",
		From: "c.sent[seq], m.Body, m.Extra = m.Body, \"\", \"\"",
		To:   "c.sent[seq] = m.Body",
	}, {
		File: "internal/chat/changes.go",
		From: "\tcase s.Recalled():\n\t\treturn \"\"\n",
		To:   "\tcase s.Recalled() && false:\n\t\treturn \"\"\n",
	}}},
	{"a lost last change never looked for", []overlay.Edit{{
		File: "internal/hub/sweep.go",
		From: "\ttell := c.expectRev(head.LastRev)\n",
		To:   "\ttell := false\n",
	}, {
		File: "internal/hub/fill.go",
		From: "\ttell := c.expectRev(head.LastRev)\n",
		To:   "\ttell := false\n",
	}}},
}
