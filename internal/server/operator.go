package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"parley/internal/chat"
	"parley/internal/platform"
)

// Operator talks to the server that runs on a data folder, through its control socket.
type Operator struct {
	dir    string
	client *http.Client
}

// NewOperator does not connect yet; whether a server runs there shows in the first call.
func NewOperator(dir string) *Operator {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		path, done, err := socketPath(dir)
		if err != nil {
			return nil, err
		}
		defer done()
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &Operator{dir: dir, client: &http.Client{
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		Timeout:   30 * time.Second,
	}}
}

// Who names an account: by its name, or by its id where that is not 0.
type Who struct {
	Name string
	ID   int64
}

// path is how it stands in a path: nothing that anybody calls themselves is taken for an id.
func (w Who) path() string {
	if w.ID != 0 {
		return fmt.Sprintf("id:%d", w.ID)
	}
	return "name:" + url.PathEscape(w.Name)
}

// Users lists all accounts, by id. It calls each once for every page that came.
func (o *Operator) Users(ctx context.Context, each func([]UserRow) error) error {
	return o.listUsers(ctx, "", each)
}

// DoubtfulUsers lists those whose names would be refused today.
func (o *Operator) DoubtfulUsers(ctx context.Context, each func([]UserRow) error) error {
	return o.listUsers(ctx, "&doubtful=1", each)
}

func (o *Operator) listUsers(ctx context.Context, which string, each func([]UserRow) error) error {
	var after chat.UserID
	for {
		var page usersPage
		if err := o.call(ctx, http.MethodGet, fmt.Sprintf("/v1/users?after=%d%s", after, which), &page); err != nil {
			return err
		}
		if err := each(page.Users); err != nil {
			return err
		}
		if !page.More {
			return nil
		}
		after = page.Next
	}
}

// Sessions lists the sessions of now.
func (o *Operator) Sessions(ctx context.Context) ([]SessionRow, error) {
	var rows []SessionRow
	err := o.call(ctx, http.MethodGet, "/v1/sessions", &rows)
	return rows, err
}

// ResetPassword returns an account another password; all its sessions and tokens end.
func (o *Operator) ResetPassword(ctx context.Context, user Who, password string) (UserRow, error) {
	return o.changeUser(ctx, user, "password", userOrder{Password: password})
}

// SetDisabled keeps an account from logging in and ends what is logged in, or lets it in
// again.
func (o *Operator) SetDisabled(ctx context.Context, user Who, disabled bool) (UserRow, error) {
	do := "enable"
	if disabled {
		do = "disable"
	}
	return o.changeUser(ctx, user, do, userOrder{})
}

// ForgetAccount takes a disabled account out of its groups and friendships and takes its
// name from it, which stays taken unless freeName.
func (o *Operator) ForgetAccount(ctx context.Context, user Who, freeName bool) (UserRow, error) {
	return o.changeUser(ctx, user, "forget", userOrder{FreeName: freeName})
}

func (o *Operator) changeUser(ctx context.Context, user Who, do string, order userOrder) (row UserRow, err error) {
	body, err := json.Marshal(order)
	if err != nil {
		return row, err
	}
	err = o.send(ctx, http.MethodPost, "/v1/users/"+user.path()+"/"+do, bytes.NewReader(body), &row)
	return row, err
}

// Devices lists what is logged in to an account, or can log in by a token.
func (o *Operator) Devices(ctx context.Context, user Who) (rows []DeviceRow, err error) {
	err = o.call(ctx, http.MethodGet, "/v1/users/"+user.path()+"/sessions", &rows)
	return rows, err
}

// Revoke ends the session of a device of an account, and its token; 0 means all.
func (o *Operator) Revoke(ctx context.Context, user Who, deviceID int64) (UserRow, error) {
	return o.changeUser(ctx, user, "revoke", userOrder{DeviceID: chat.DeviceID(deviceID)})
}

// Kick ends the session of a device with a goodbye.
func (o *Operator) Kick(ctx context.Context, deviceID int64) error {
	return o.call(ctx, http.MethodPost, fmt.Sprintf("/v1/sessions/%d/kick", deviceID), nil)
}

// Nodes lists the nodes of the cluster as the server sees them.
func (o *Operator) Nodes(ctx context.Context) ([]NodeRow, error) {
	var rows []NodeRow
	err := o.call(ctx, http.MethodGet, "/v1/nodes", &rows)
	return rows, err
}

// Drain asks for an orderly stop with a delay and a window in place of those that are
// configured, "" for one that stays, and waits like Stop.
func (o *Operator) Drain(ctx context.Context, delay, window string) error {
	return o.stop(ctx, url.Values{"delay": {delay}, "window": {window}})
}

// Stop asks for an orderly stop and returns when the server has let go of its data
// folder, or ctx ends.
func (o *Operator) Stop(ctx context.Context) error { return o.stop(ctx, nil) }

func (o *Operator) stop(ctx context.Context, how url.Values) error {
	if err := o.call(ctx, http.MethodPost, "/v1/stop?"+how.Encode(), nil); err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(o.dir, lockName))
	if err != nil {
		return fmt.Errorf("the server stops, but its lock cannot be watched: %w", err)
	}
	freed := make(chan error, 1)
	go func() {
		err := platform.AwaitUnlock(f)
		freed <- errors.Join(err, f.Close())
	}()
	select {
	case err := <-freed:
		return err
	case <-ctx.Done():
		return fmt.Errorf("the server on %s was told to stop and still does; its log says what it waits for", o.dir)
	}
}

func (o *Operator) call(ctx context.Context, method, path string, into any) error {
	return o.send(ctx, method, path, http.NoBody, into)
}

func (o *Operator) send(ctx context.Context, method, path string, order io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://parley"+path, order)
	if err != nil {
		return err
	}
	resp, err := o.client.Do(req)
	if err != nil {
		return o.unreachable(err)
	}
	defer resp.Body.Close() // read to its end or not wanted
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("the server on %s broke off its answer: %w", o.dir, err)
	}
	if resp.StatusCode >= 300 {
		var f failure
		if json.Unmarshal(body, &f) != nil || f.Error == "" {
			f.Error = fmt.Sprintf("the server on %s answered %s; is it another version?", o.dir, resp.Status)
		}
		return errors.New(f.Error)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

func (o *Operator) unreachable(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), platform.IsRefused(err):
		return fmt.Errorf("no parley server runs on the data folder %s; name the right one with --data, or start one: parley serve --data %s", o.dir, o.dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("not allowed to talk to the server on %s; run this as the user that the server runs as", o.dir)
	default:
		return fmt.Errorf("cannot reach the server on %s: %w", o.dir, err)
	}
}
