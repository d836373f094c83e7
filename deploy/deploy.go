// Package deploy holds the configurations of load balancers: as files for operators to
// copy, and as text for tests and `parley dev-cluster`, which run the very same.
package deploy

import (
	_ "embed"
	"fmt"
	"net"
	"strings"
)

//go:embed haproxy.cfg
var haproxy string

//go:embed nginx.conf
var nginx string

// Node is a node behind a balancer, by its addresses, HOST:PORT: for clients, and for the
// balancer to ask how it is.
type Node struct{ TCP, HTTP, Admin string }

// HAProxy is haproxy.cfg with addresses put in place: where to listen for TCP and HTTP,
// and the three nodes.
func HAProxy(tcp, web string, nodes [3]Node) string {
	return place(haproxy, "bind", tcp, web, nodes)
}

// Nginx is the same of nginx.conf; modules is the folder of nginx's modules.
func Nginx(tcp, web string, nodes [3]Node, modules string) string {
	return strings.Replace(place(nginx, "listen", tcp, web, nodes), "load_module modules", "load_module "+modules, 1)
}

func place(text, listen, tcp, web string, nodes [3]Node) string {
	var pairs []string
	for i, n := range nodes {
		_, port, _ := net.SplitHostPort(n.Admin)
		at := fmt.Sprint("10.0.0.", i+1)
		pairs = append(pairs, at+":6000 port 8081", n.TCP+" port "+port,
			at+":8080 port 8081", n.HTTP+" port "+port, at+":6000", n.TCP, at+":8080", n.HTTP)
	}
	pairs = append(pairs,
		listen+" :6000", listen+" "+tcp, listen+" :8080", listen+" "+web,
		listen+" 6000", listen+" "+tcp, listen+" 8080", listen+" "+web)
	return strings.NewReplacer(pairs...).Replace(text)
}
