package hub

import "parley/internal/chat"

// appended gets a batch back from the store: it tells the senders the outcomes, hands what
// is stored on to this node's sessions, and publishes it to the other nodes.
func (h *Hub) appended(batch []*chat.Append, doubtful bool) {
	if !h.work.enter() {
		return // after Close
	}
	defer h.work.leave()
	b := newBurst()
	stored := storedRuns{}
	var changed revs
	for _, a := range batch {
		sub := a.Owner.(*submission)
		switch {
		case a.Err != nil:
		case a.Change != nil:
			changed = changed.add(sub)
		default:
			stored.add(sub)
		}
		sub.sender.outcome(b, sub)
	}
	for i := range stored.convs {
		h.deliverRun(b, stored.convs[i], stored.runs[i], stored.versions[i])
	}
	b.flush()
	for i := range changed {
		h.tellRev(&changed[i].conv, changed[i].version, changed[i].rev)
	}
	if doubtful {
		h.doubt(batch)
	}
}

// storedRuns sorts a batch by conversation, in the order of seq within each.
type storedRuns struct {
	index    map[*conv]int
	convs    []*conv
	runs     [][]delivery
	versions []int64 // of the conversation as the appends were checked
}

func (r *storedRuns) add(sub *submission) {
	i, ok := r.index[sub.conv]
	if n := len(r.convs); n > 0 && r.convs[n-1] == sub.conv {
		i, ok = n-1, true
	}
	if !ok {
		if r.index == nil {
			r.index = map[*conv]int{}
		}
		i = len(r.convs)
		r.index[sub.conv] = i
		r.convs = append(r.convs, sub.conv)
		r.runs = append(r.runs, nil)
		r.versions = append(r.versions, 0)
	}
	r.versions[i] = max(r.versions[i], sub.Version)
	r.runs[i] = append(r.runs[i], sub.delivery())
}

func (sub *submission) delivery() delivery {
	s := sub.sender
	return delivery{
		Message: chat.Message{
			Conv: sub.Conv, Seq: sub.Seq, Sender: sub.Sender, Device: sub.Device,
			SendSeq: sub.SendSeq, SentAt: sub.At, Body: sub.Body, Extra: sub.Extra.Pack(),
		},
		from: s.user.Name, device: s.deviceName, origin: s.session,
	}
}

// doubt looks up conversations that may have grown by a commit of unknown outcome.
func (h *Hub) doubt(batch []*chat.Append) {
	seen := map[chat.ConvID]bool{}
	var cs []*conv
	for _, a := range batch {
		if seen[a.Conv] {
			continue
		}
		seen[a.Conv] = true
		if c := h.lookupOrMiss(a.Conv); c != nil {
			cs = append(cs, c)
		}
	}
	h.spawn(func() { h.recheck(cs) })
}

// deliverRun hands on what this node has committed to one conversation.
func (h *Hub) deliverRun(b *burst, c *conv, run []delivery, version int64) {
	for {
		c.mu.Lock()
		if !c.dead {
			break
		}
		c.mu.Unlock()
		// The sender's session has ended; somebody else may have come meanwhile.
		next := h.lookupOrMiss(c.ID)
		if next == nil {
			h.publish(&c.Conv, version, run)
			return
		}
		c = next
	}
	gap := h.offer(b, c, run, version)
	c.mu.Unlock()
	if gap {
		h.arrangeFill(c)
	}
	h.publish(&c.Conv, version, run)
}
