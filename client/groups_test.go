package client

import (
	"fmt"
	"testing"

	"parley/wire"
)

// asked is a request under way against the fake server, and its answer.
func asked[T any](p *peer, id wire.Msgid, answer func(*wire.Request) appendsJSON, do func() (T, error)) (*wire.Request, T, error) {
	p.t.Helper()
	type outcome struct {
		v   T
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := do()
		done <- outcome{v, err}
	}()
	q := p.expect(id)
	p.send(answer(q))
	o := <-done
	return q, o.v, o.err
}

func ok(q *wire.Request) appendsJSON { return &wire.AckReply{Re: q.Msgid, RID: q.RID} }

func refusing(code wire.Code) func(*wire.Request) appendsJSON {
	return func(q *wire.Request) appendsJSON {
		return &wire.AckReply{Re: q.Msgid, RID: q.RID, Erron: code, Errinfo: "refused"}
	}
}

// fields are those of a request that are set, in the order of the names.
func fields(q *wire.Request, all map[string]*wire.Field) (set []string) {
	for _, name := range []string{"gname", "gdesc", "joining", "posting"} {
		if q.Has(all[name]) {
			set = append(set, name)
		}
	}
	return set
}

func TestUpdateGroup(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c := start(t, f, &seen{})
		defer c.Close()
		p, _ := f.login(0)
		all := map[string]*wire.Field{"gname": wire.FGName, "gdesc": wire.FGDesc, "joining": wire.FJoining, "posting": wire.FPosting}
		name, none, invite, admins := "go", "", "invite", "admins"
		update := func(u GroupUpdate, answer func(*wire.Request) appendsJSON) (*wire.Request, error) {
			q, _, err := asked(p, wire.UpdateGroup, answer, func() (bool, error) { return true, c.UpdateGroup(t.Context(), 7, u) })
			return q, err
		}
		q, err := update(GroupUpdate{Name: &name, Description: &none}, ok)
		if err != nil || q.GID != 7 || q.GName != "go" || q.GDesc != "" || fmt.Sprint(fields(q, all)) != "[gname gdesc]" {
			t.Errorf("name and description: %+v, %v", q, err)
		}
		q, err = update(GroupUpdate{Joining: &invite, Posting: &admins}, ok)
		if err != nil || q.Joining != "invite" || q.Posting != "admins" || fmt.Sprint(fields(q, all)) != "[joining posting]" {
			t.Errorf("joining and posting: %+v, %v", q, err)
		}
		if _, err = update(GroupUpdate{Name: &name}, refusing(wire.NotAdmin)); CodeOf(err) != wire.NotAdmin {
			t.Errorf("a refusal: %v", err)
		}
	})
}

func TestSetRole(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c := start(t, f, &seen{})
		defer c.Close()
		p, _ := f.login(0)
		set := func(answer func(*wire.Request) appendsJSON) (*wire.Request, error) {
			q, _, err := asked(p, wire.SetRole, answer, func() (bool, error) { return true, c.SetRole(t.Context(), 7, 3, "admin") })
			return q, err
		}
		if q, err := set(ok); err != nil || q.GID != 7 || q.Member != 3 || q.Role != "admin" {
			t.Errorf("%+v, %v", q, err)
		}
		if _, err := set(refusing(wire.NotCreator)); CodeOf(err) != wire.NotCreator {
			t.Errorf("a refusal: %v", err)
		}
		// A handover is not made twice: the outcome of one that was cut off is unknown.
		errs := make(chan error, 1)
		go func() { errs <- c.SetRole(t.Context(), 7, 3, "creator") }()
		p.expect(wire.SetRole)
		p.close()
		if err := <-errs; err != ErrInterrupted {
			t.Errorf("cut off: %v", err)
		}
		p, _ = f.login(0)
		p.nothing()
	})
}

func TestAddMembers(t *testing.T) {
	bubble(t, func(t *testing.T, f *fake) {
		c := start(t, f, &seen{})
		defer c.Close()
		p, _ := f.login(0)
		add := func(answer func(*wire.Request) appendsJSON) (*wire.Request, []NotAdded, error) {
			return asked(p, wire.AddMembers, answer, func() ([]NotAdded, error) { return c.AddMembers(t.Context(), 7, 2, 3, 4) })
		}
		q, not, err := add(func(q *wire.Request) appendsJSON {
			return &wire.AddMembersReply{RID: q.RID, GID: 7, Added: []int64{2}, Refused: []wire.RefusedRow{
				{ID: 3, Erron: wire.Blocked, Errinfo: "refused"}, {ID: 4, Erron: wire.NoSuchUser},
			}}
		})
		if err != nil || q.GID != 7 || fmt.Sprint(q.Users) != "[2 3 4]" || len(not) != 2 {
			t.Fatalf("%+v, %v, %v", q, not, err)
		}
		if not[0].User != 3 || CodeOf(not[0].Err) != wire.Blocked || not[1].User != 4 || CodeOf(not[1].Err) != wire.NoSuchUser ||
			not[1].Err.Error() == "" {
			t.Errorf("who was not added: %v", not)
		}
		if _, not, err := add(refusing(wire.NotAdmin)); CodeOf(err) != wire.NotAdmin || not != nil {
			t.Errorf("a refusal of all: %v, %v", not, err)
		}
	})
}
