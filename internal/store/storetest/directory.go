package storetest

import (
	"fmt"

	"parley/internal/chat"
)

var directoryTests = map[string]func(*bench){
	"users by the beginning of their names": func(b *bench) {
		ids := map[string]chat.UserID{}
		for _, name := range []string{"li", "Li Lei", "li_si", "liz", "LIZ 2", "l", "lj", "mali", "李雷", "李", "韩梅梅", "ǆ", "li%", "straße", "é", "Alisa"} {
			id, err := b.s.CreateUser(b.ctx, name, chat.NameKey(name), "x")
			b.must(err)
			ids[name] = id
		}
		me := b.user()
		find := func(begins string, limit int) (names []string) {
			b.Helper()
			key, _ := chat.FindKey(begins)
			found, err := b.s.UsersByPrefix(b.ctx, me, key, limit)
			b.must(err)
			for _, f := range found {
				same(b, "its id", f.ID, ids[f.Name])
				names = append(names, f.Name)
			}
			return names
		}
		for begins, want := range map[string][]string{
			"li":      {"li", "Li Lei", "li%", "li_si", "liz", "LIZ 2"},
			"LI":      {"li", "Li Lei", "li%", "li_si", "liz", "LIZ 2"},
			"li%":     {"li%"},
			"li_":     {"li_si"},
			"l":       {"l", "li", "Li Lei", "li%", "li_si", "liz", "LIZ 2", "lj"},
			"李":       {"李", "李雷"},
			"STRAS":   {"straße"},
			"e\u0301": {"é"},
			"zz":      nil, "_": nil, "%": nil, "'": nil, "\\": nil,
		} {
			same(b, fmt.Sprintf("who begins with %q", begins), find(begins, 20), want)
		}
		same(b, "the first two", find("li", 2), []string{"li", "Li Lei"})
		same(b, "oneself", find("user", 20), nil)
		// Who blocks the viewer is not found by them, and who is closed by nobody.
		_, _, _, err := b.s.SetBlocked(b.ctx, ids["li"], me, true)
		b.must(err)
		_, _, _, err = b.s.SetBlocked(b.ctx, me, ids["liz"], true)
		b.must(err)
		_, err = b.s.Revoke(b.ctx, chat.Revocation{User: ids["Li Lei"], Disable: true})
		b.must(err)
		same(b, "with blocks", find("li", 20), []string{"li%", "li_si", "liz", "LIZ 2"})
		_, err = b.s.SaveProfile(b.ctx, ids["李雷"], chat.ProfileChange{Display: some("Lei")})
		b.must(err)
		found, err := b.s.UsersByPrefix(b.ctx, me, "李雷", 1)
		b.must(err)
		same(b, "the display name", found[0].Display, "Lei")
	},
	"who knows whom": func(b *bench) {
		x, y, z := b.user(), b.user(), b.user()
		knows := func(viewer, of chat.UserID) bool {
			b.Helper()
			_, g, err := b.s.ProfileFor(b.ctx, viewer, of)
			b.must(err)
			return g.Knows
		}
		same(b, "strangers", knows(x, y), false)
		_, err := b.s.AddFriend(b.ctx, x, y, 10)
		b.must(err)
		same(b, "friends", []bool{knows(x, y), knows(y, x), knows(x, z)}, []bool{true, true, false})
		gid, _ := b.group(x)
		_, _, _, err = b.s.JoinGroup(b.ctx, z, gid, 10, 10)
		b.must(err)
		same(b, "members of one group", []bool{knows(x, z), knows(z, x), knows(y, z)}, []bool{true, true, false})
		_, err = b.s.LeaveGroup(b.ctx, z, gid)
		b.must(err)
		same(b, "one who left", knows(x, z), false)
		_, h := b.direct(y, z)
		same(b, "a conversation without a message", knows(z, y), false)
		b.stored(b.open(y, "", 1).say(h, "hello"))
		same(b, "a conversation", []bool{knows(z, y), knows(y, z)}, []bool{true, true})
	},
}
