package store

import "context"

// pen is the connection that a batch writes with. It belongs to one goroutine.
type pen struct {
	store  *Store
	faults faults
	link   *link  // nil after a failure, until it is opened again
	opened func() // nil: nobody wants to know
}

// open makes sure that there is a connection.
func (p *pen) open() error {
	if p.link != nil {
		return nil
	}
	if err := p.faults.open(); err != nil {
		return err
	}
	l, err := openLink(context.Background(), p.store.dialect, forWriting)
	if err != nil {
		return err
	}
	p.link = l
	if p.opened != nil {
		p.opened()
	}
	return nil
}

// drop gives the connection up, whatever is wrong with it.
func (p *pen) drop() {
	if err := p.close(); err != nil {
		p.store.log.Warn("closing the writer's connection failed", "err", err)
	}
}

func (p *pen) close() error {
	if p.link == nil {
		return nil
	}
	err := p.link.close()
	p.link = nil
	return err
}
