package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net"
	"net/http"
)

// pageStyle is all the style there is, so that the policy can name it by its hash.
const pageStyle = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}pre{padding:.8rem;border:1px solid #8886;border-radius:6px;overflow-x:auto}:root{color-scheme:light dark}`

// page says what answers here. It asks no other host for anything, and runs nothing.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Parley</title>
<style>` + pageStyle + `</style>
<h1>Parley</h1>
<p>This is a chat server. There is no web client here yet: connect with a program.</p>
<p lang="zh-CN">这是一台聊天服务器，目前还没有网页客户端，请用程序连接。</p>
{{if eq .Registration "invite"}}<p>Accounts are made by invitation: ask the operator of this server for a code, and put it in the place of CODE.</p>
<p lang="zh-CN">本服务器凭邀请码注册：请向管理员索取邀请码，填在 CODE 处。</p>
{{else if eq .Registration "closed"}}<p>Nobody can make an account here without its operator: ask them for one, or for a code for your name, which goes behind <code>--invite</code>.</p>
<p lang="zh-CN">本服务器不开放注册：请向管理员申请账号，或索取与您的名字对应的邀请码，填在 <code>--invite</code> 之后。</p>
{{end}}<pre>parley chat --server {{.WS}} --name YOUR-NAME {{.How}}</pre>
{{with .TCP}}<p>Over TCP, where the address {{$.Host}} leads to the server itself and not to a proxy:</p>
<pre>parley chat --server {{.}} --name YOUR-NAME {{$.How}}</pre>
{{end}}<p>Programs of your own speak JSON, one object for each frame: as text messages over the WebSocket <code>{{.WS}}</code>, or back to back over TCP.
The protocol is in <code>docs/protocol.md</code> of Parley.</p>
</html>
`))

var pagePolicy = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// servePage shows the page, with the addresses as whoever asks can use them.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	ws, tcp := "ws://", "tcp://"
	if s.tls != nil {
		ws, tcp = "wss://", "tls://"
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host // without a port
	}
	said := struct{ Host, WS, TCP, Registration, How string }{
		Host: host, WS: ws + r.Host + "/ws", Registration: s.cfg.Registration,
		How: map[string]string{"open": "--register", "invite": "--invite CODE"}[s.cfg.Registration],
	}
	if _, port, err := net.SplitHostPort(s.cfg.TCP); err == nil && port != "0" {
		said.TCP = tcp + net.JoinHostPort(host, port)
	}
	var body bytes.Buffer
	if err := page.Execute(&body, said); err != nil {
		s.log.Error("the page cannot be made", "error", err)
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", pagePolicy)
	_, _ = w.Write(body.Bytes()) // the client has gone: nobody is left to tell
}
