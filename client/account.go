package client

import (
	"context"
	"time"

	"parley/wire"
)

// LoginInfo is a device of the account that is online, or can log in by its token.
type LoginInfo struct {
	DeviceID int64 // for Revoke
	Device   string
	Label    string // what that login said of its program and machine (Options.Label); it may say anything
	Address  string // where it came from
	Online   bool
	Used     time.Time // its last login, or its end
	Here     bool      // this client's own
}

// ChangePassword gives the account another password. Everything else that is logged in to
// it ends; this client stays, with a token of its own. After ErrInterrupted it is unknown
// which password holds.
func (c *Client) ChangePassword(ctx context.Context, old, password string) error {
	q := request(wire.ChangePassword)
	q.Pwd, q.NewPwd = old, password
	q.Set(wire.FPwd, wire.FNewPwd)
	ack, err := c.do(ctx, q, once)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.token = ack.Token
	if c.password != "" {
		c.password = password
	}
	c.mu.Unlock()
	if c.opts.Store == nil {
		return nil
	}
	return c.opts.Store.KeepToken(ack.Token)
}

// Logins lists what is logged in to the account.
func (c *Client) Logins(ctx context.Context) ([]LoginInfo, error) {
	var list []LoginInfo
	for after := int64(0); ; {
		page, err := ask[*wire.SessionsReply](ctx, c, listPage(wire.Sessions, after), repeatable)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Sessions {
			used, err := time.Parse(time.RFC3339, r.Used)
			if err != nil {
				used = time.Time{} // a server of another kind
			}
			list = append(list, LoginInfo{DeviceID: max(r.DeviceID, r.Session), Device: r.Device, Label: r.Label, Address: r.Address, Online: r.Online, Used: used, Here: r.Here})
		}
		if !page.More || len(page.Sessions) == 0 {
			return list, nil
		}
		after = list[len(list)-1].DeviceID
	}
}

// Revoke ends one of them, and the token that goes with it. Revoking this client's own
// ends it.
func (c *Client) Revoke(ctx context.Context, deviceID int64) error {
	q := request(wire.RevokeSession)
	q.DeviceID, q.Session = deviceID, deviceID // a server of the version before knows only Session
	q.Set(wire.FDeviceID, wire.FSession)
	_, err := c.do(ctx, q, once)
	return err
}
