package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"parley/internal/chat"
	"parley/wire"
)

// newUser is an account that an operator makes.
type newUser struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// createUser makes an account, whether strangers may register or not.
func (c *control) createUser(w http.ResponseWriter, r *http.Request) {
	var order newUser
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&order); err != nil {
		writeJSON(w, http.StatusBadRequest, failure{"the order cannot be read; is this another version?"})
		return
	}
	audited(r).do = "create"
	user, err := c.accounts.CreateAccount(r.Context(), order.Name, order.Password)
	audited(r).user = user
	if err != nil {
		e := chat.AsError(err)
		switch e.Code {
		case wire.NameTaken, wire.BadName, wire.BadPassword, wire.Busy:
			writeJSON(w, http.StatusBadRequest, failure{told(e)})
		default:
			writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
		}
		return
	}
	writeJSON(w, http.StatusOK, UserRow{ID: user.ID, Name: user.Name})
}

// told is what an error says to whom it concerns.
func told(e *chat.Error) string {
	if e.Info != "" {
		return e.Info
	}
	return e.Code.Text()
}

// CreateUser makes an account, also on a server where registration is closed.
func (o *Operator) CreateUser(ctx context.Context, name, password string) (row UserRow, err error) {
	body, err := json.Marshal(newUser{name, password})
	if err != nil {
		return row, err
	}
	err = o.send(ctx, http.MethodPost, "/v1/users", bytes.NewReader(body), &row)
	return row, err
}
