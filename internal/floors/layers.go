package floors

// layered are the packages whose files have layers, from the lowest up.
var layered = map[string]Layers{
	"internal/hub": {
		{"values: they know neither hub nor session", []string{
			"work", "errors", "names", "metrics", "budget", "frames", "entries", "known", "posts",
		}},
		{"what is there: conversations, sessions, senders", []string{"hub", "conv", "session", "sender", "goodbye"}},
		{"what is read and remembered", []string{"log", "positions", "hides"}},
		{"what a sender may", []string{"strangers", "allowances"}},
		{"down: from the head to the sessions", []string{"catchup", "deliver", "members", "fill", "attach"}},
		{"up: a message and its outcome", []string{"access", "outcome", "repeats", "send"}},
		{"what is told besides messages", []string{"presence", "friends", "people", "notices", "journal", "receive"}},
		{"what sets it going", []string{"sweep", "appended", "post", "open", "life"}},
	},
}
