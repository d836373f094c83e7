// Package server wires the rooms together: configuration, the data folder, the store,
// the hub, the gate, health, metrics and the control socket, and their order at
// start and stop.
package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/hub"
)

// Config is everything an operator can set. This one struct is the flags of
// `parley serve`, the PARLEY_* environment, the keys of the YAML file, the help and
// the reference in docs/operations.md: flag > environment > file > default. Every
// field has an explicit name: the flag --NAME, the file's key NAME, and PARLEY_NAME
// in capitals with _ for -.
type Config struct {
	Data  string `name:"data" group:"Place" default:"./parley-data" placeholder:"DIR" help:"Folder for the database, the lock and the control socket. It is made if it does not exist."`
	TCP   string `name:"tcp" group:"Place" default:"127.0.0.1:6000" placeholder:"ADDR" help:"Address for TCP clients, HOST:PORT. 127.0.0.1 lets in only programs on this machine; :6000 lets in everybody. Port 0 takes a free port."`
	HTTP  string `name:"http" group:"Place" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address for WebSocket clients (/ws) and /healthz, HOST:PORT. 127.0.0.1 lets in only programs on this machine; :8080 lets in everybody. Port 0 takes a free port."`
	Admin string `name:"admin" group:"Place" default:"127.0.0.1:8081" placeholder:"ADDR" help:"Address for /readyz, /metrics and /healthz, HOST:PORT, in plain HTTP and without a password: let only balancers, supervisors and monitoring reach it. Port 0 takes a free port. Empty: no such address."`
	DB    string `name:"db" group:"Place" default:"" placeholder:"URL" help:"Database, as sqlite://FILE, mysql://USER:PASSWORD@HOST:PORT/NAME or postgres://USER:PASSWORD@HOST:PORT/NAME. If the database has several servers, name all of them, as HOST:PORT,HOST:PORT: the one that takes writes is used. Empty: parley.db in the data folder."`

	WaitForDB time.Duration `name:"wait-for-db" group:"Place" default:"60s" help:"How long the server waits at start for a database server that is not there yet. 0s: it does not wait."`

	Bus      string `name:"bus" group:"Cluster" default:"" placeholder:"URL" help:"Redis or Valkey that carries notices between the nodes that share a database server, as redis://HOST:PORT. Without it, they get notices through the database, more slowly."`
	NodeName string `name:"node-name" group:"Cluster" default:"" placeholder:"NAME" help:"The name of this node in logs and lists. Empty: the machine's name."`

	LogFormat string `name:"log-format" group:"Log" default:"text" enum:"text,json" help:"The format of the log on standard error: text or json."`
	LogLevel  string `name:"log-level" group:"Log" default:"info" enum:"debug,info,warn,error" help:"The lowest level that is logged: debug, info, warn or error."`

	Audit string `name:"audit" group:"Log" default:"" placeholder:"FILE" help:"File for the audit log: logins, failed logins, changes of accounts and actions of the operator. You may move it away at any time. Empty: these lines go to the log, at the level info."`

	Registration string `name:"registration" group:"Accounts" default:"open" enum:"open,invite,closed" help:"Who may register: open (everybody), invite (users with a code from parley admin invite create), closed (only users with a code for their name, from parley admin user create --invite). parley admin user create makes accounts in every mode."`
	PasswordMin  int    `name:"password-min" group:"Accounts" default:"5" help:"The least number of characters of a new password; 10 or more are recommended. The 1,000 most common passwords and the name itself are refused at any length."`

	Directory         string `name:"directory" group:"Accounts" default:"on" enum:"on,off" help:"Whether users can be found by the beginning of their names: on or off. With off, users add each other by number or by the whole name, and see the profiles of those whom they know."`
	Friends           string `name:"friends" group:"Accounts" default:"direct" enum:"direct,ask" help:"How users become friends: direct (who is added is a friend at once) or ask (who is added has to agree). With ask, users are added to groups by their friends only; others need an invitation. It must be the same on all nodes."`
	MaxFriendRequests int    `name:"max-friend-requests" group:"Limits" default:"200" help:"Friend requests of one user that wait for an answer, and friend requests that wait for one user. Past it, further ones are refused."`
	DirectoryPerHour  int    `name:"directory-per-hour" group:"Limits" default:"300" help:"Questions of one account in an hour, through one node, for people whom it does not know; the same number at once. Past it, they are refused. 0: no limit."`

	MaxConnections               int `name:"max-connections" group:"Connections" default:"100000" help:"The largest number of connections in all."`
	MaxConnectionsPerAddress     int `name:"max-connections-per-address" group:"Connections" default:"20000" help:"The largest number of connections from one IP address (for IPv6, a /64). Behind a proxy that is not in proxy-from, all clients share one address."`
	MaxUnauthenticated           int `name:"max-unauthenticated" group:"Connections" default:"10000" help:"The largest number of connections that have not logged in yet, and the same number of HTTP connections that are no WebSocket. Past it, the oldest connection of the address that has most of them is closed."`
	MaxUnauthenticatedPerAddress int `name:"max-unauthenticated-per-address" group:"Connections" default:"2000" help:"The same for one IP address (for IPv6, a /64). Past it, the oldest connection of that address is closed."`

	LoginTimeout time.Duration `name:"login-timeout" group:"Connections" default:"60s" help:"How long a connection may stay without logging in."`
	FrameTimeout time.Duration `name:"frame-timeout" group:"Connections" default:"30s" help:"How long a frame may take from its first byte to its last."`
	Vanished     time.Duration `name:"vanished-after" group:"Connections" default:"20s" help:"A peer that vanished without a word is found within this time. Then its connection ends and its account is free. Behind a balancer, the balancer finds it."`
	Heartbeat    time.Duration `name:"heartbeat" group:"Connections" default:"30s" help:"The interval of heartbeats, which the login answer tells the client. A session with a device that is silent for 2.5 intervals is closed."`

	TLSCert       string   `name:"tls-cert" group:"Encryption" default:"" placeholder:"FILE" help:"Certificate (PEM, with the intermediate certificates) for TLS on both addresses. The server reads it again when the file changes."`
	TLSKey        string   `name:"tls-key" group:"Encryption" default:"" placeholder:"FILE" help:"The private key of that certificate (PEM)."`
	TLSSelfSigned bool     `name:"tls-self-signed" group:"Encryption" default:"false" help:"TLS with a certificate that the server makes in the data folder. Clients need the file tls.crt from there for --ca."`
	TLSNames      []string `name:"tls-names" group:"Encryption" default:"" placeholder:"NAME,…" help:"More names and addresses for that certificate, besides localhost and those of this machine. The server makes it once: to make it again, delete tls.crt and tls.key."`

	SealKey        string `name:"seal-key" group:"Encryption" default:"" placeholder:"FILE" help:"Private keys (PEM) for sealed connections; the first is for new clients. The server reads the file again when it changes. Empty: seal.key in the data folder, which the server makes. Nodes that share a database must share this file, or offer no sealed connections."`
	RateSeals      int    `name:"rate-seals" group:"Encryption" default:"20" help:"Sealed connections that one address may begin in a second; ten times as many at once."`
	AllowPlaintext bool   `name:"allow-plaintext" group:"Encryption" default:"false" help:"Accept passwords and tokens also over connections from other machines that are neither TLS nor sealed. Everybody on the network path can read them."`

	ProxyFrom      []string `name:"proxy-from" group:"Connections" default:"" placeholder:"ADDR,…" help:"Addresses (or CIDR ranges) of load balancers. TCP connections from there must begin with a PROXY header (version 1 or 2). For HTTP requests from there, X-Forwarded-For and X-Forwarded-Proto count."`
	AllowedOrigins []string `name:"allowed-origins" group:"Connections" default:"" placeholder:"ORIGIN,…" help:"More origins whose pages may open a WebSocket, such as https://chat.example.org. The server's own host always may. * means every page."`

	MaxFrame      Size `name:"max-frame" group:"Limits" default:"64KiB" help:"The largest number of bytes of one frame."`
	MaxText       int  `name:"max-text" group:"Limits" default:"4000" help:"The largest number of characters of a message."`
	Outbox        Size `name:"outbox" group:"Limits" default:"256KiB" help:"Bytes that may wait for a slow reader. Past this, its messages stay in the log until it has caught up. At four times this, the connection is closed."`
	MaxUnfinished Size `name:"max-unfinished" group:"Limits" default:"64MiB" help:"Bytes of all frames that have begun and not ended, except the first 4 KiB of each. Past it, the oldest such connection is closed, of the address that has most of these bytes."`

	DiskReserve          Reserve `name:"disk-reserve" group:"Limits" default:"5%" placeholder:"SIZE" help:"Space to keep free on the disk of an embedded database: a part of the disk, such as 5%, which is never more than 2GiB, or a size. With less free space, scarce-bytes-per-minute applies. 0: no reserve."`
	ScarceBytesPerMinute Size    `name:"scarce-bytes-per-minute" group:"Limits" default:"64KiB" help:"Bytes of messages that one account may send in a minute while less than disk-reserve is free, counted as for bytes-per-minute. Past it, messages are refused for now. 0: no limit."`

	MaxFriends             int `name:"max-friends" group:"Limits" default:"5000" help:"Friends that one user may add. The same number of other users may add this user; these do not count against the limit."`
	MaxDevices             int `name:"max-devices" group:"Limits" default:"50" help:"Devices of one account. A new device beyond this takes the place of the device that was unused for longest."`
	DevicesPerDay          int `name:"devices-per-day" group:"Limits" default:"50" help:"New devices of one account on one day (UTC). Past it, only its existing devices and clients without a device can log in."`
	StrangersPerDay        int `name:"strangers-per-day" group:"Limits" default:"100" help:"How many strangers one account may write to for the first time on one day (UTC). A stranger is a user who neither wrote to the account nor added it as a friend. Past it, such messages are refused. 0: no limit."`
	StrangerMessagesPerDay int `name:"stranger-messages-per-day" group:"Limits" default:"1000" help:"Messages of one account on one day (UTC) to users who neither wrote to it nor added it as a friend. Past it, such messages are refused. 0: no limit."`
	MaxGroups              int `name:"max-groups" group:"Limits" default:"1000" help:"Groups that one user may be in."`
	MaxMembers             int `name:"max-members" group:"Limits" default:"10000" help:"Members of one group."`
	MaxInvites             int `name:"max-invites" group:"Limits" default:"20" help:"Invitations of one group that hold at the same time. Past it, no further one can be made until one ends or is revoked."`

	EditWithin time.Duration `name:"edit-within" group:"Limits" default:"48h" help:"How long after it was sent a message may be edited or recalled by its sender. Who looks after a group may recall messages there at any time. 0s: for ever."`

	RateFrames   int `name:"rate-frames" group:"Rates" default:"20000" help:"Chat frames, receipts and heartbeats of one connection in a second; the same number at once after a silence. Past it, the server reads the connection more slowly."`
	RateRequests int `name:"rate-requests" group:"Rates" default:"100" help:"Other requests of one connection in a second; five times as many at once. Past it, they are refused."`
	RateAccounts int `name:"rate-accounts" group:"Rates" default:"2" help:"Registrations and logins of one connection in a second; ten times as many at once. Past it, they are refused."`

	BytesPerMinute Size `name:"bytes-per-minute" group:"Rates" default:"8MiB" help:"Bytes of messages that one account may send in a minute through one node, over all its sessions. Each message counts as its text plus 100 bytes. Twice as much at once after a pause. Past it, messages are refused for now. 0: no limit."`

	TokenAge Age `name:"token-age" group:"Accounts" default:"365d" placeholder:"AGE" help:"How long the token of a login is valid, even if it is used often. After that, the device needs the password once. 0d: for ever."`

	RegistrationsPerAddress int `name:"registrations-per-address" group:"Accounts" default:"100" help:"Accounts that may be made from one IP address (for IPv6, a /64) in an hour, and at once. Addresses of this machine have no limit."`

	FreeAttempts        int           `name:"free-attempts" group:"Passwords" default:"5" help:"Failed logins of an account before each further login must wait, twice as long every time."`
	FreeAttemptsAddress int           `name:"free-attempts-address" group:"Passwords" default:"20" help:"The same for an IP address (for IPv6, a /64)."`
	LongestDelay        time.Duration `name:"longest-delay" group:"Passwords" default:"30s" help:"The longest such wait."`
	HashesAtOnce        int           `name:"hashes-at-once" group:"Passwords" default:"0" help:"Password hashes computed at the same time. 0: half of the cores, so that logins leave cores for chat. Each hash takes a core for about 40 ms, and 19 MiB."`
	HashQueue           int           `name:"hash-queue" group:"Passwords" default:"256" help:"Logins and registrations that may wait for a hash at one time. Addresses take turns, and accounts at one address."`
	HashWait            time.Duration `name:"hash-wait" group:"Passwords" default:"5s" help:"How long a login or registration waits. If it would wait longer, the client is told when to come back (error 25), and its place is kept until then."`
	HashPromises        int           `name:"hash-promises" group:"Passwords" default:"10000" help:"The number of places that are kept in this way."`
	HashPlacesAddress   int           `name:"hash-places-per-address" group:"Passwords" default:"1000" help:"Places, waiting or kept, of one IP address (for IPv6, a /64)."`
	HashPlacesAccount   int           `name:"hash-places-per-account" group:"Passwords" default:"8" help:"The same for one account at one address."`

	ArchiveAfter Age    `name:"archive-after" group:"Archive" default:"0d" placeholder:"AGE" help:"Messages older than this, such as 90d, are moved from the database to files, once an hour. 0d: never."`
	ArchiveTo    string `name:"archive-to" group:"Archive" default:"" placeholder:"URL" help:"Where the files go: file:///FOLDER, or s3://BUCKET/PREFIX?endpoint=HOST:PORT&region=R, with keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. All nodes of a cluster must reach it. After anything was moved, it must stay set."`
	ArchiveRate  int    `name:"archive-rate" group:"Archive" default:"5000" help:"The largest number of messages that are moved in a second, so that moving does not disturb chat."`
	ArchiveCache Size   `name:"archive-cache" group:"Archive" default:"64MiB" help:"Memory for recently read files of old messages."`

	ForgetDevicesAfter time.Duration `name:"forget-devices-after" group:"Upkeep" default:"2160h" help:"Devices unused for this long are forgotten (2160h is 90 days)."`
	DrainDelay         time.Duration `name:"drain-delay" group:"Upkeep" default:"0s" help:"How long a stopping server still serves while /readyz says that it is draining. A load balancer needs this time to notice."`
	DrainWindow        time.Duration `name:"drain-window" group:"Upkeep" default:"0s" help:"The time over which the goodbyes to its sessions are then spread, so that they do not all come to the other nodes at once."`
	StopTimeout        time.Duration `name:"stop-timeout" group:"Upkeep" default:"15s" help:"The longest time of an orderly stop. After it, the stop is cut short."`
}

// Validate names everything that is wrong at once.
func (c *Config) Validate() error {
	var wrong []error
	complain := func(key, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	if c.Data == "" {
		complain("data", "name a folder")
	}
	for _, a := range []struct{ key, addr string }{{"tcp", c.TCP}, {"http", c.HTTP}, {"admin", c.Admin}} {
		if a.key == "admin" && a.addr == "" {
			continue // nobody is to ask
		}
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			complain(a.key, "%q is no HOST:PORT; write for example 127.0.0.1:6000, or :6000 for all addresses", a.addr)
		}
	}
	if _, err := c.database(); err != nil {
		complain("db", "%v", err)
	} else if c.Bus != "" && !c.clustered() {
		complain("bus", "only nodes that share a database server need one; name it with db, as mysql://… or postgres://…")
	}
	if least := c.DrainDelay + c.DrainWindow + time.Second; c.StopTimeout < least {
		complain("stop-timeout", "%v is too short for drain-delay and drain-window: %v at least", c.StopTimeout, least)
	}
	if key, wrong := c.tlsWrong(); wrong != "" {
		complain(key, "%s", wrong)
	}
	if wrong := c.archiveWrong(); wrong != "" {
		complain("archive-after", "%s", wrong)
	}
	if _, err := c.proxies(); err != nil {
		complain("proxy-from", "%v", err)
	}
	c.outOfRange(complain)
	if room := int64(c.MaxFrame) - frameOverhead; int64(c.MaxText)*maxBytesPerCharacter > room {
		complain("max-text", "%d characters of up to %d bytes do not fit a frame of %s; raise max-frame or lower max-text",
			c.MaxText, maxBytesPerCharacter, c.MaxFrame)
	}
	c.budgetsWrong(complain)
	if r := c.DiskReserve; r.Percent > 50 || r.Size > 1<<40 {
		complain("disk-reserve", "%s is more than 50%% of a disk, or 1024GiB", r)
	}
	return errors.Join(wrong...)
}

// outOfRange complains of numbers and times beyond what makes sense.
func (c *Config) outOfRange(complain func(key, format string, args ...any)) {
	for _, n := range []struct {
		key      string
		is       int64
		min, max int64
	}{
		{"password-min", int64(c.PasswordMin), 1, 128},
		{"max-connections", int64(c.MaxConnections), 1, 10_000_000},
		{"max-connections-per-address", int64(c.MaxConnectionsPerAddress), 1, 10_000_000},
		{"max-unauthenticated", int64(c.MaxUnauthenticated), 1, 10_000_000},
		{"max-unauthenticated-per-address", int64(c.MaxUnauthenticatedPerAddress), 1, 10_000_000},
		{"max-unfinished", int64(c.MaxUnfinished), 2 * int64(c.MaxFrame), 1 << 30},
		{"max-text", int64(c.MaxText), 1, 1_000_000},
		{"max-frame", int64(c.MaxFrame), 1 << 10, 16 << 20},
		{"outbox", int64(c.Outbox), 16 << 10, 1 << 30},
		{"max-friends", int64(c.MaxFriends), 1, 1_000_000},
		{"max-devices", int64(c.MaxDevices), 1, 1000},
		{"devices-per-day", int64(c.DevicesPerDay), 1, 100_000},
		{"max-friend-requests", int64(c.MaxFriendRequests), 1, 100_000},
		{"directory-per-hour", int64(c.DirectoryPerHour), 0, 1_000_000},
		{"strangers-per-day", int64(c.StrangersPerDay), 0, 10_000_000},
		{"stranger-messages-per-day", int64(c.StrangerMessagesPerDay), 0, 1_000_000_000},
		{"max-groups", int64(c.MaxGroups), 1, 100_000},
		{"max-members", int64(c.MaxMembers), 2, 1_000_000},
		{"max-invites", int64(c.MaxInvites), 1, 10_000},
		{"rate-frames", int64(c.RateFrames), 1, 10_000_000},
		{"rate-requests", int64(c.RateRequests), 1, 1_000_000},
		{"rate-accounts", int64(c.RateAccounts), 1, 1_000_000},
		{"archive-rate", int64(c.ArchiveRate), 1, 100_000_000},
		{"archive-cache", int64(c.ArchiveCache), 0, 1 << 40},
		{"rate-seals", int64(c.RateSeals), 1, 100_000},
		{"registrations-per-address", int64(c.RegistrationsPerAddress), 1, 1_000_000},
		{"free-attempts", int64(c.FreeAttempts), 1, 1000},
		{"free-attempts-address", int64(c.FreeAttemptsAddress), 1, 1_000_000},
		{"hashes-at-once", int64(c.HashesAtOnce), 0, 1024},
		{"hash-queue", int64(c.HashQueue), 1, 100_000},
		{"hash-promises", int64(c.HashPromises), 1, 1_000_000},
		{"hash-places-per-address", int64(c.HashPlacesAddress), 1, 1_000_000},
		{"hash-places-per-account", int64(c.HashPlacesAccount), 1, 100_000},
	} {
		if n.is < n.min || n.is > n.max {
			complain(n.key, "%d is not between %d and %d", n.is, n.min, n.max)
		}
	}
	for _, d := range []struct {
		key      string
		is       time.Duration
		min, max time.Duration
	}{
		{"wait-for-db", c.WaitForDB, 0, 24 * time.Hour},
		{"login-timeout", c.LoginTimeout, time.Second, time.Hour},
		{"frame-timeout", c.FrameTimeout, time.Second, time.Hour},
		{"vanished-after", c.Vanished, 5 * time.Second, time.Hour},
		{"heartbeat", c.Heartbeat, time.Second, time.Hour},
		{"edit-within", c.EditWithin, 0, 100 * 365 * 24 * time.Hour},
		{"longest-delay", c.LongestDelay, time.Second, time.Hour},
		{"hash-wait", c.HashWait, time.Second, time.Minute},
		{"forget-devices-after", c.ForgetDevicesAfter, 24 * time.Hour, 100 * 365 * 24 * time.Hour},
		{"drain-delay", c.DrainDelay, 0, time.Hour},
		{"drain-window", c.DrainWindow, 0, time.Hour},
		{"token-age", time.Duration(c.TokenAge), 0, 100 * 365 * 24 * time.Hour},
		{"stop-timeout", c.StopTimeout, time.Second, time.Hour},
	} {
		if d.is < d.min || d.is > d.max {
			complain(d.key, "%v is not between %v and %v", d.is, d.min, d.max)
		}
	}
}

// budgetsWrong complains of bytes a minute that the longest message would never fit.
func (c *Config) budgetsWrong(complain func(key, format string, args ...any)) {
	least := int64(c.MaxText)*utf8.UTFMax + hub.MessageCost
	for _, b := range []struct {
		key string
		is  Size
	}{
		{"bytes-per-minute", c.BytesPerMinute},
		{"scarce-bytes-per-minute", c.ScarceBytesPerMinute},
	} {
		if b.is != 0 && (int64(b.is) < least || b.is > 1<<40) {
			complain(b.key, "%s is not between %d, which the longest message takes (see max-text), and 1024GiB; 0 is no limit", b.is, least)
		}
	}
}

const (
	// A character takes at most 4 bytes of UTF-8, and 12 where a client escapes all of
	// them (\ud83d\ude00).
	maxBytesPerCharacter = 12
	// What a chat frame has besides its text.
	frameOverhead = 1 << 10
)

// tlsWrong returns what does not fit in the settings for TLS, if anything.
func (c *Config) tlsWrong() (key, wrong string) {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return "tls-cert", "a certificate and its key go together: name both with tls-cert and tls-key"
	case c.TLSCert != "" && c.TLSSelfSigned:
		return "tls-self-signed", "there is a certificate in tls-cert already: choose one of the two"
	}
	return "", ""
}

// archiveWrong returns what does not fit in the settings for the archive, if anything.
func (c *Config) archiveWrong() string {
	switch {
	case c.ArchiveAfter == 0:
	case c.ArchiveTo == "":
		return "say where to with archive-to, as file:///FOLDER or s3://BUCKET/PREFIX"
	case c.ArchiveAfter < Age(time.Hour):
		return fmt.Sprintf("%v is too short: an hour at least", c.ArchiveAfter)
	}
	return ""
}

// proxies are the addresses of proxy-from.
func (c *Config) proxies() (all []netip.Prefix, err error) {
	for _, s := range c.ProxyFrom {
		if s == "" {
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, err := netip.ParseAddr(s)
			if err != nil {
				return nil, fmt.Errorf("%q is no address and no range; write for example 10.0.0.5 or 10.0.0.0/24", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// databaseKind is sqlite, mysql or postgres.
func (c *Config) databaseKind() string {
	scheme, _, found := strings.Cut(c.DB, "://")
	switch {
	case !found:
		return "sqlite"
	case scheme == "mariadb":
		return "mysql"
	case scheme == "postgresql":
		return "postgres"
	}
	return scheme
}

// database is what db names, as the store takes it.
func (c *Config) database() (string, error) {
	if c.DB == "" {
		return "sqlite:" + filepath.Join(c.Data, "parley.db"), nil
	}
	scheme, rest, found := strings.Cut(c.DB, "://")
	if !found {
		return "", errors.New("this is no URL; write sqlite://FILE, mysql://USER:PASSWORD@HOST:PORT/NAME, postgres://USER:PASSWORD@HOST:PORT/NAME, or leave it empty for parley.db in the data folder")
	}
	switch c.databaseKind() {
	case "mysql", "postgres":
		return c.DB, nil
	case "sqlite":
	default:
		return "", fmt.Errorf("%s databases are not supported; use sqlite://, mysql:// or postgres://, or leave it empty for parley.db in the data folder", scheme)
	}
	if strings.ContainsAny(rest, "?#") {
		return "", errors.New("sqlite:// must be followed by a file's path and nothing else; in the path write %3F for ? and %23 for #")
	}
	path, err := url.PathUnescape(rest)
	if err != nil {
		return "", fmt.Errorf("sqlite://: %w; in the path write %%25 for %%", err)
	}
	if path == "" {
		return "", errors.New("sqlite:// must be followed by a file's path")
	}
	return "sqlite:" + home(path), nil
}
