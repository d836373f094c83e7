package store

import (
	"parley/internal/store/sqldb"
)

import "time"

// pen is the connection that a batch writes with. It belongs to one goroutine.
type pen struct {
	store  *Store
	faults faults
	link   *sqldb.Link // nil after a failure, until it is opened again
	opened func()      // nil: nobody wants to know

	lender *writers         // who lends a connection where the server takes no more of them; nil for nobody
	back   chan *sqldb.Link // where the connection that is lent goes back to; nil for one's own

	trip  time.Duration // of a statement that does nothing, when it was tried last
	tried int           // how often near was asked since
}

// tryTripEvery is how often near is asked for each time that it tries.
const tryTripEvery = 100

// near reports whether a round trip to the database costs little. Where that is not known,
// it does not.
func (p *pen) near() bool {
	if p.link == nil {
		return false
	}
	if p.tried = (p.tried + 1) % tryTripEvery; p.tried == 1 {
		if _, err := p.link.One(sqldb.Ping); err != nil { // prepares it
			p.drop()
			return false
		}
		began := time.Now()
		if _, err := p.link.One(sqldb.Ping); err != nil {
			p.drop()
			return false
		}
		p.trip = time.Since(began)
	}
	return p.trip < nearTrip
}

// open makes sure that there is a connection that can be used.
func (p *pen) open() error {
	if p.link != nil && !p.link.Usable() {
		p.drop()
	}
	if p.link != nil {
		return nil
	}
	if err := p.faults.open(); err != nil {
		return err
	}
	l, err := p.store.dialect.Refreshed(nil, sqldb.ForWriting)
	if err != nil && p.lender != nil && p.store.dialect.Classify(err) == sqldb.FailedCrowded {
		if p.link, p.back = p.lender.lend(); p.link != nil {
			return nil
		}
	}
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
	err := p.link.Close()
	p.link, p.tried = nil, 0
	p.giveBack()
	return err
}

// giveBack returns back what is lent; it is good for the next transaction.
func (p *pen) giveBack() {
	if p.back != nil {
		p.back <- p.link
		p.link, p.back = nil, nil
	}
}
