package hub

import (
	"context"

	"parley/internal/chat"
)

// Store is what the hub needs of a chat.Store.
type Store interface {
	chat.Conversations
	chat.Log
	chat.MessageStates
	chat.SendKeys
	chat.Strangers
	chat.Cursors
	Positions(ctx context.Context, convs []chat.ConvID) ([]chat.ConvPositions, error)
	Audience(ctx context.Context, gid chat.GroupID, user chat.UserID) (chat.Audience, error)
	chat.Journal
	chat.NoticeSource
	chat.Levels
	nameSource
	Memberships(ctx context.Context, conv chat.ConvID, users []chat.UserID) (chat.Head, []chat.Membership, error)
	WatchersOf(ctx context.Context, users []chat.UserID) (map[chat.UserID][]chat.UserID, error)
	DeviceSession(ctx context.Context, device chat.DeviceID) (chat.SessionID, error)
}
