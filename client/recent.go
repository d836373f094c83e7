package client

import "parley/wire"

// recent are the states of a conversation that were passed on while messages of it were asked for:
// the answer may have been read before them.
type recent struct {
	fetches  int // under way
	states   map[int64]Changed
	overflow bool
}

const mostRecent = 4096

func (r *recent) keep(e Changed) {
	was, there := r.states[e.Seq]
	switch {
	case there:
		e = e.over(was)
	case len(r.states) >= mostRecent:
		r.overflow = true
		return
	case r.states == nil:
		r.states = make(map[int64]Changed)
	}
	r.states[e.Seq] = e
}

// fetch asks for messages of a conversation, and brings them up to date with what was passed on
// meanwhile.
func (c *Client) fetch(of Conversation, request func() ([]wire.Message, error), into *[]*Message) error {
	for {
		c.mu.Lock()
		v := c.conversation(of)
		v.recent.fetches++
		c.mu.Unlock()
		rows, err := request()
		all := make([]*Message, len(rows))
		c.mu.Lock()
		for i := range rows {
			m := message(&rows[i], c.self.ID)
			m.Conversation, m.client = of, c
			if e, newer := v.recent.states[m.Seq]; newer {
				m.Apply(e)
			}
			v.revs.saw(m)
			all[i] = m
		}
		again := v.recent.overflow
		if v.recent.fetches--; v.recent.fetches == 0 {
			v.recent.states, v.recent.overflow = nil, false
		}
		c.mu.Unlock()
		if err != nil {
			return err
		}
		if !again {
			*into = all
			return nil
		}
	}
}
