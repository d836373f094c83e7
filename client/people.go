package client

import (
	"context"

	"parley/wire"
)

// Found is a user who was found by the beginning of their name.
type Found struct {
	User
	Display string // as in Profile
}

// FindPeople returns users whose names begin as given, at most wire.MaxFound of them; capitals do not
// matter. more says that there are others, who are found by a longer beginning. It fails with
// wire.NoDirectory where the operator does not allow this, and with wire.RateLimited after too many
// questions.
func (c *Client) FindPeople(ctx context.Context, begins string) (found []Found, more bool, err error) {
	q := request(wire.People)
	q.Name = begins
	q.Set(wire.FName)
	a, err := ask[*wire.PeopleReply](ctx, c, q, repeatable)
	if err != nil {
		return nil, false, err
	}
	for _, r := range a.Users {
		found = append(found, Found{User{r.ID, r.Name}, r.Display})
	}
	return found, a.More, nil
}
