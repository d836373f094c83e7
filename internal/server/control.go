package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parley/internal/archive"
	"parley/internal/chat"
	"parley/internal/cluster"
	"parley/internal/hub"
	"parley/wire"
)

// SocketName is the control socket's name in the data folder.
const SocketName = "parley.sock"

// UserRow is an account as `parley admin users` lists it.
type UserRow struct {
	ID       chat.UserID `json:"id"`
	Name     string      `json:"name"`
	Online   bool        `json:"online"`
	Disabled bool        `json:"disabled"`
	Erased   bool        `json:"erased,omitempty"` // and disabled
	Created  time.Time   `json:"created"`
	Display  string      `json:"display,omitempty"` // how the user wants to be called
	Deletes  *time.Time  `json:"deletes,omitempty"` // when it will be deleted, because the user wants that
	Doubt    string      `json:"doubt,omitempty"`   // why the name would be refused today
}

// SessionRow is a session as `parley admin sessions` lists it.
type SessionRow struct {
	DeviceID   chat.DeviceID `json:"device_id"` // by which it is ended
	ID         chat.UserID   `json:"id"`
	Name       string        `json:"name"`
	Device     string        `json:"device"`
	Since      time.Time     `json:"since"`
	CatchingUp bool          `json:"catching_up"`
}

// DeviceRow is a device of one account as `parley admin user sessions` lists it.
type DeviceRow struct {
	DeviceID chat.DeviceID `json:"device_id"` // by which it is revoked
	Device   string        `json:"device"`
	Label    string        `json:"label"`   // what it says of itself
	Address  string        `json:"address"` // of its last login
	Online   bool          `json:"online"`
	Used     time.Time     `json:"used"`
}

// userOrder is what an operator wants of an account.
type userOrder struct {
	Password string        `json:"password,omitempty"`
	DeviceID chat.DeviceID `json:"device_id,omitempty"` // 0 means all
	FreeName bool          `json:"free_name,omitempty"`
}

// NodeRow is a node of the cluster as `parley node list` lists it.
type NodeRow struct {
	Node  chat.NodeID `json:"node"`
	Name  string      `json:"name"`
	Here  bool        `json:"here"`     // the one that was asked
	Lost  bool        `json:"lost"`     // its own lease has run out
	Still int64       `json:"still_ms"` // how long ago its lease was seen to be renewed
	Heard int64       `json:"heard_ms"` // how long ago its beat came over the bus, -1 for never
}

type usersPage struct {
	Users []UserRow   `json:"users"`
	More  bool        `json:"more"`
	Next  chat.UserID `json:"next"` // with More: after whom the next page begins
}

type failure struct {
	Error string `json:"error"`
}

const controlPage = 500 // accounts in one answer

// control serves the operator's socket. Who can open the socket may do everything:
// its mode and the data folder's are the lock on it.
type control struct {
	users    func(ctx context.Context, after chat.UserID, limit int) ([]chat.UserState, error)
	sessions func() []hub.SessionInfo
	doubt    func() // an outcome is unknown
	kick     func(chat.DeviceID, wire.GoodbyeCode, string) bool
	accounts *chat.Service
	clock    chat.Clock
	archiver *archive.Archiver
	stop     func(drain)
	drain    drain                // as configured
	cluster  func() cluster.State // nil on the embedded database
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/users", c.listUsers)
	mux.HandleFunc("POST /v1/users", c.createUser)
	mux.HandleFunc("GET /v1/invites", c.listInvites)
	mux.HandleFunc("POST /v1/invites", c.createInvite)
	mux.HandleFunc("POST /v1/invites/{invite}/revoke", c.revokeInvite)
	mux.HandleFunc("GET /v1/sessions", c.listSessions)
	mux.HandleFunc("POST /v1/sessions/{id}/kick", c.kickSession)
	mux.HandleFunc("POST /v1/users/{user}/{do}", c.changeUser)
	mux.HandleFunc("GET /v1/users/{user}/sessions", c.listDevices)
	mux.HandleFunc("POST /v1/archive", c.archiveHandler)
	mux.HandleFunc("POST /v1/stop", c.stopServer)
	mux.HandleFunc("GET /v1/nodes", c.listNodes)
	return mux
}

// stopServer takes delay and window in place of those that were configured.
func (c *control) stopServer(w http.ResponseWriter, r *http.Request) {
	d := c.drain
	for key, into := range map[string]*time.Duration{"delay": &d.delay, "window": &d.window} {
		s := r.URL.Query().Get(key)
		if s == "" {
			continue
		}
		var err error
		if *into, err = time.ParseDuration(s); err != nil || *into < 0 || *into > time.Hour {
			writeJSON(w, http.StatusBadRequest, failure{fmt.Sprintf("%s: %q is no time between 0s and 1h", key, s)})
			return
		}
	}
	writeJSON(w, http.StatusAccepted, struct{}{})
	c.stop(d)
}

func (c *control) listNodes(w http.ResponseWriter, _ *http.Request) {
	if c.cluster == nil {
		writeJSON(w, http.StatusConflict, failure{"this server is alone on its embedded database: there are no other nodes"})
		return
	}
	s := c.cluster()
	rows := []NodeRow{{Node: s.Node, Name: s.Name, Here: true, Still: milliseconds(s.Renewed), Lost: s.Expired}}
	for _, o := range s.Others {
		rows = append(rows, NodeRow{Node: o.Node, Name: o.Name, Still: milliseconds(o.Still), Heard: milliseconds(o.Heard)})
	}
	writeJSON(w, http.StatusOK, rows)
}

// milliseconds keeps what is negative, for never, below 0.
func milliseconds(d time.Duration) int64 {
	if d < 0 {
		return -1
	}
	return d.Milliseconds()
}

func (c *control) listUsers(w http.ResponseWriter, r *http.Request) {
	var after int64
	if s := r.URL.Query().Get("after"); s != "" {
		var err error
		if after, err = strconv.ParseInt(s, 10, 64); err != nil {
			writeJSON(w, http.StatusBadRequest, failure{"after must be a user's id"})
			return
		}
	}
	states, err := c.users(r.Context(), chat.UserID(after), controlPage)
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
		return
	}
	page := usersPage{Users: make([]UserRow, 0, len(states)), More: len(states) == controlPage}
	for _, s := range states {
		row := UserRow{ID: s.ID, Name: s.Name, Online: s.Online, Disabled: s.Disabled, Erased: s.Erased, Created: s.CreatedAt}
		page.Next = s.ID
		if row.Display = s.Display; !s.DeletesAt.IsZero() {
			row.Deletes = &s.DeletesAt
		}
		if r.URL.Query().Has("doubtful") {
			if s.Erased {
				continue
			}
			if row.Doubt, err = c.accounts.Doubt(r.Context(), s.User); err != nil {
				writeJSON(w, http.StatusInternalServerError, failure{err.Error()})
				return
			}
			if row.Doubt == "" {
				continue
			}
		}
		page.Users = append(page.Users, row)
	}
	writeJSON(w, http.StatusOK, page)
}

// changeUser changes the account that the path names, as name:NAME or id:ID.
func (c *control) changeUser(w http.ResponseWriter, r *http.Request) {
	var order userOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&order); err != nil {
		writeJSON(w, http.StatusBadRequest, failure{"the order cannot be read; is this another version?"})
		return
	}
	user, err := c.findUser(r.Context(), r.PathValue("user"))
	if err == nil {
		audited(r).user = user
		switch r.PathValue("do") {
		case "password":
			user, err = c.accounts.ResetPassword(r.Context(), user.ID, order.Password)
		case "revoke":
			err = c.accounts.RevokeDevice(r.Context(), chat.Caller{User: user}, order.DeviceID)
			if order.DeviceID == 0 {
				user, err = c.accounts.RevokeAll(r.Context(), user.ID)
			}
		case "disable":
			user, err = c.accounts.SetDisabled(r.Context(), user.ID, true)
		case "enable":
			user, err = c.accounts.SetDisabled(r.Context(), user.ID, false)
		case "forget":
			err = c.accounts.ForgetAccount(r.Context(), user.ID, order.FreeName)
			user.Name = chat.DeletedName
		default:
			http.NotFound(w, r)
			return
		}
	}
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, UserRow{ID: user.ID, Name: user.Name})
}

// listDevices lists what is logged in to an account, on whichever node.
func (c *control) listDevices(w http.ResponseWriter, r *http.Request) {
	user, err := c.findUser(r.Context(), r.PathValue("user"))
	var devices []chat.DeviceState
	for more := err == nil; more && err == nil; {
		var page []chat.DeviceState
		var after chat.DeviceID
		if len(devices) > 0 {
			after = devices[len(devices)-1].ID
		}
		page, more, err = c.accounts.Devices(r.Context(), chat.Caller{User: user}, after, wire.MaxPage)
		devices = append(devices, page...)
	}
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	rows := make([]DeviceRow, len(devices))
	for i, d := range devices {
		rows[i] = DeviceRow{DeviceID: d.ID, Device: d.Name, Label: d.Label, Address: d.Address, Online: d.Online, Used: d.UsedAt}
	}
	writeJSON(w, http.StatusOK, rows)
}

func (c *control) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := chat.AsError(err)
	status, info := http.StatusInternalServerError, told(e)
	how, user, _ := strings.Cut(r.PathValue("user"), ":")
	switch e.Code {
	case wire.NoSuchUser:
		status, info = http.StatusNotFound, fmt.Sprintf("there is no user %s; `parley admin user list` lists them", user)
		if how == "id" {
			info = fmt.Sprintf("there is no user with the id %s; `parley admin user list` lists them", user)
		} else if id := strings.TrimPrefix(user, "#"); !strings.ContainsFunc(id, func(r rune) bool { return r < '0' || r > '9' }) && id != "" {
			info = fmt.Sprintf("there is no user called %s; for the account with that id, say --id %s", user, id)
		}
	case wire.NoSuchSession:
		status, info = http.StatusNotFound, fmt.Sprintf("%s has no such device; `parley admin user sessions` lists them", user)
	case wire.AccountClosed:
		status, info = http.StatusConflict, fmt.Sprintf("the account %s was erased: that is for good", user)
	case wire.BadPassword, wire.Busy, wire.BadField:
		status = http.StatusBadRequest
	case wire.Unavailable:
		c.doubt()
		info = err.Error()
	default:
		info = err.Error()
	}
	writeJSON(w, status, failure{info})
}

func (c *control) findUser(ctx context.Context, who string) (chat.User, error) {
	how, which, _ := strings.Cut(who, ":")
	switch how {
	case "name":
		return c.accounts.FindUser(ctx, which)
	case "id":
		id, err := strconv.ParseInt(which, 10, 64)
		if err != nil {
			return chat.User{}, chat.E(wire.NoSuchUser)
		}
		return c.accounts.UserByID(ctx, chat.UserID(id))
	}
	return chat.User{}, chat.Errorf(wire.BadField, "say name:NAME or id:ID; is this another version?")
}

func (c *control) listSessions(w http.ResponseWriter, _ *http.Request) {
	infos := c.sessions()
	rows := make([]SessionRow, 0, len(infos))
	for _, s := range infos {
		rows = append(rows, SessionRow{
			DeviceID: s.DeviceID, ID: s.User.ID, Name: s.User.Name,
			Device: s.Device, Since: s.Since, CatchingUp: s.CatchingUp,
		})
	}
	writeJSON(w, http.StatusOK, rows)
}

func (c *control) kickSession(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, failure{fmt.Sprintf("%q is not the number of a device; `parley admin sessions` lists them", r.PathValue("id"))})
		return
	}
	if !c.kick(chat.DeviceID(id), wire.ByeLoggedOut, "the operator ended this session") {
		writeJSON(w, http.StatusNotFound, failure{fmt.Sprintf("device %d has no session on this node now; `parley admin sessions` lists those that have", id)})
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// removeSocket takes the socket away while the folder is still locked.
func removeSocket(dir string) error {
	err := os.Remove(filepath.Join(dir, SocketName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// maxSocketPath is what fits sockaddr_un with its final NUL on every system we run on.
const maxSocketPath = 103

// socketPath returns a name for the socket in dir that is short enough for the kernel.
// A long one goes through the folder's file descriptor, which done closes.
func socketPath(dir string) (path string, done func(), err error) {
	path = filepath.Join(dir, SocketName)
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return "", nil, err
	}
	short := fmt.Sprintf("/proc/self/fd/%d", f.Fd())
	if _, err := os.Stat(short); err != nil {
		return "", nil, errors.Join(fmt.Errorf(
			"the control socket's path %s has %d bytes, and this system allows %d; choose a data folder with a shorter path",
			path, len(path), maxSocketPath), f.Close())
	}
	return filepath.Join(short, SocketName), func() { _ = f.Close() }, nil
}
