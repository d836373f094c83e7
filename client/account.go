package client

import (
	"context"
	"time"

	"parley/wire"
)

// LoginInfo is a device of the account that is online, or that can log in by its token.
type LoginInfo struct {
	DeviceID int64     // the number of the device, for Revoke
	Device   string    // the name of the device; "" for the nameless device
	Label    string    // what the device said about itself (Options.Label); do not trust it
	Address  string    // the network address of its last login; "" if it is not known
	Online   bool      // whether it is logged in now
	Used     time.Time // when it last logged in, or when that session ended
	Here     bool      // whether it is this client's device
}

// ChangePassword changes the password of the account. It ends all other sessions and tokens of the
// account; this client stays logged in, with a new token. If the error is ErrInterrupted, it is
// unknown which password is valid.
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

// Logins returns all devices that are logged in to the account or can log in by their token.
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

// Revoke ends the session of a device and its token. deviceID is LoginInfo.DeviceID. If the device
// is this client's own, the client ends.
func (c *Client) Revoke(ctx context.Context, deviceID int64) error {
	q := request(wire.RevokeSession)
	q.DeviceID, q.Session = deviceID, deviceID // a server of the version before knows only Session
	q.Set(wire.FDeviceID, wire.FSession)
	_, err := c.do(ctx, q, once)
	return err
}
