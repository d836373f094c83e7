package floors

// layered are the packages whose files have layers, from the lowest up.
var layered = map[string]Layers{
	"internal/hub": {
		{"values: they know neither hub nor session", []string{
			"work", "errors", "names", "store", "metrics", "budget", "frames", "entries", "known", "posts",
		}},
		{"what is there: conversations, sessions, senders", []string{"hub", "conv", "session", "sender", "goodbye"}},
		{"what is read and remembered", []string{"log", "positions", "hides"}},
		{"what a sender may", []string{"strangers", "allowances", "mentions"}},
		{"down: from the head to the sessions", []string{"catchup", "deliver", "members", "states", "fill", "receipts", "attach"}},
		{"up: a message and its outcome", []string{"access", "change", "outcome", "repeats", "send"}},
		{"what is told besides messages", []string{"presence", "friends", "people", "notices", "journal", "receive", "typing"}},
		{"what sets it going", []string{"heal", "sweep", "appended", "post", "open", "life"}},
	},
	"internal/gate": {
		{"values: they know neither gate nor link", []string{
			"stall", "goodbye", "rates", "options", "addrrates", "turnstile", "conns", "rows",
		}},
		{"what is there: connections, and what they are made of", []string{
			"link", "gate", "stream", "sealing", "socket_linux", "socket_other", "rest_linux", "rest_other",
		}},
		{"what happens to a connection", []string{"sweep", "end", "tls", "admit", "seal", "websocket", "reader"}},
		{"ways in", []string{"serve", "proxy", "forwarded", "upgrade", "listen"}},
		{"who is on a connection, and how they are answered", []string{"handlers", "client", "silence", "answer", "object"}},
		{"what frames ask for", []string{"handlers_account", "handlers_changes", "handlers_groups", "handlers_invites", "handlers_log", "handlers_people", "handlers_receipts", "table", "accept"}},
	},
}
