package sqldb

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// serverAddress says where a database is: on one server, or on several that hold copies
// of it.
type serverAddress struct {
	scheme, user, password, database string
	hosts                            []string // each HOST:PORT
	params                           map[string]string
}

// String leaves the password out: it is for logs and errors.
func (a serverAddress) String() string {
	return fmt.Sprintf("%s://%s@%s/%s", a.scheme, a.user, strings.Join(a.hosts, ","), a.database)
}

// serverURL reads scheme://user:password@host:port,host:port/database?…, with an error
// that says what is wrong and never tells the password.
func serverURL(address, port string, known ...string) (serverAddress, error) {
	var a serverAddress
	whole, names := splitHosts(address)
	u, err := url.Parse(whole)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err // without the URL, which holds the password
		}
		return a, fmt.Errorf("the database URL cannot be read (%w); write scheme://user:password@host:port/database, with %% escapes in the password", err)
	}
	a.scheme, a.user = u.Scheme, u.User.Username()
	a.password, _ = u.User.Password()
	a.database = strings.TrimPrefix(u.Path, "/")
	switch {
	case len(names) == 1 && names[0] == "":
		return a, fmt.Errorf("the database URL names no host: write %s://user:password@host:%s/database", a.scheme, port)
	case a.user == "":
		return a, fmt.Errorf("the database URL names no user: write %s://user:password@%s/database", a.scheme, strings.Join(names, ","))
	case a.database == "" || strings.Contains(a.database, "/"):
		return a, fmt.Errorf("the database URL names no database: write %s://%s@%s/NAME", a.scheme, a.user, strings.Join(names, ","))
	case u.Fragment != "":
		return a, errors.New("the database URL has a #: escape it as %23 in the password")
	}
	if a.hosts, err = readHosts(names, port); err != nil {
		return a, err
	}
	a.params = map[string]string{}
	params, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return a, fmt.Errorf("the database URL's parameters cannot be read: %w", err)
	}
	for key, values := range params {
		if !slices.Contains(known, key) {
			return a, fmt.Errorf("the database URL has an unknown parameter %q; %s knows %s", key, a.scheme, strings.Join(known, ", "))
		}
		a.params[key] = values[len(values)-1]
	}
	return a, nil
}

// splitHosts takes the list of hosts out of a URL, which net/url does not read, and
// leaves its first host in it.
func splitHosts(address string) (whole string, hosts []string) {
	before, rest, found := strings.Cut(address, "://")
	if !found {
		return address, []string{""}
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	user := ""
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, authority = authority[:i+1], authority[i+1:]
	}
	hosts = strings.Split(authority, ",")
	return before + "://" + user + hosts[0] + path, hosts
}

// readHosts checks a list of hosts, and gives those without a port the usual one.
func readHosts(names []string, port string) (hosts []string, err error) {
	for _, name := range names {
		u, err := url.Parse("x://" + name)
		if err != nil || u.Hostname() == "" || u.User != nil || u.Path != "" {
			return nil, fmt.Errorf("the database URL has %q where a HOST or HOST:PORT belongs", name)
		}
		with := port
		if p := u.Port(); p != "" {
			with = p
		}
		host := net.JoinHostPort(u.Hostname(), with)
		if slices.Contains(hosts, host) {
			return nil, fmt.Errorf("the database URL names %s twice", host)
		}
		hosts = append(hosts, host)
	}
	return hosts, nil
}
