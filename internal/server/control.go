package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"parley/internal/chat"
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
	Created  time.Time   `json:"created"`
}

// SessionRow is a session as `parley admin sessions` lists it.
type SessionRow struct {
	Session    chat.SessionID `json:"session"`
	ID         chat.UserID    `json:"id"`
	Name       string         `json:"name"`
	Device     string         `json:"device"`
	Since      time.Time      `json:"since"`
	CatchingUp bool           `json:"catching_up"`
}

type usersPage struct {
	Users []UserRow `json:"users"`
	More  bool      `json:"more"`
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
	kick     func(chat.SessionID, wire.GoodbyeCode, string) bool
	stop     func()
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/users", c.listUsers)
	mux.HandleFunc("GET /v1/sessions", c.listSessions)
	mux.HandleFunc("POST /v1/sessions/{id}/kick", c.kickSession)
	mux.HandleFunc("POST /v1/stop", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusAccepted, struct{}{})
		c.stop()
	})
	return mux
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
		page.Users = append(page.Users, UserRow{ID: s.ID, Name: s.Name, Online: s.Online, Disabled: s.Disabled, Created: s.CreatedAt})
	}
	writeJSON(w, http.StatusOK, page)
}

func (c *control) listSessions(w http.ResponseWriter, _ *http.Request) {
	infos := c.sessions()
	rows := make([]SessionRow, 0, len(infos))
	for _, s := range infos {
		rows = append(rows, SessionRow{
			Session: s.Session, ID: s.User.ID, Name: s.User.Name,
			Device: s.Device, Since: s.Since, CatchingUp: s.CatchingUp,
		})
	}
	writeJSON(w, http.StatusOK, rows)
}

func (c *control) kickSession(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, failure{fmt.Sprintf("%q is no session; `parley admin sessions` lists them", r.PathValue("id"))})
		return
	}
	if !c.kick(chat.SessionID(id), wire.ByeLoggedOut, "the operator ended this session") {
		writeJSON(w, http.StatusNotFound, failure{fmt.Sprintf("there is no session %d now; `parley admin sessions` lists them", id)})
		return
	}
	writeJSON(w, http.StatusOK, struct{}{})
}

// listenControl opens the socket with mode 0600 from its first moment: it is made in
// a private folder, gets its mode, and is then moved to its place, over one that a
// crashed server left. The caller holds the folder's lock.
func listenControl(dir string) (net.Listener, error) {
	private, err := os.MkdirTemp(dir, ".control-")
	if err != nil {
		return nil, folderError(dir, err)
	}
	defer os.RemoveAll(private) // an empty folder left behind does no harm
	short, done, err := socketPath(private)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("cannot open the control socket in %s: %w; the data folder must be on a file system with sockets", dir, err)
	}
	l.SetUnlinkOnClose(false)
	made := filepath.Join(private, SocketName)
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, filepath.Join(dir, SocketName))); err != nil {
		return nil, errors.Join(folderError(dir, err), l.Close())
	}
	return l, nil
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

// socketPath gives a name for the socket in dir that is short enough for the kernel.
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
