package deploy_test

import (
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/server"
)

// at follows keys into a tree.
func at(t *testing.T, m map[string]any, keys ...string) any {
	t.Helper()
	var v any = m
	for _, k := range keys {
		inner, ok := v.(map[string]any)
		if !ok || inner[k] == nil {
			t.Fatalf("nothing stands at %v", keys)
		}
		v = inner[k]
	}
	return v
}

// TestDockerfile: the Go that go.mod asks for, the ports that the program listens on, and
// nobody's root.
func TestDockerfile(t *testing.T) {
	d := text(t, "Dockerfile")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(text(t, "../go.mod"))[1]
	for _, want := range []string{
		"FROM golang:" + version + "-", "CGO_ENABLED=0", "USER 65532:65532", "VOLUME /data", `"health"]`, `CMD ["serve"]`,
		"EXPOSE " + port(t, "tcp") + " " + port(t, "http") + "\n",
		" PARLEY_TCP=:" + port(t, "tcp") + " PARLEY_HTTP=:" + port(t, "http") + "\n", // what -p opens is reached
	} {
		if !strings.Contains(d, want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
	// What the program is built from must reach the builder.
	ignore := text(t, "../.dockerignore")
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		goes, err := filepath.Glob(filepath.Join("..", e.Name(), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		if len(goes) > 0 && !slices.Contains([]string{"test", "tools"}, e.Name()) && !strings.Contains(ignore, "!"+e.Name()+"\n") {
			t.Errorf("%s has code and is ignored", e.Name())
		}
	}
}

// port is the port of a listener's default address.
func port(t *testing.T, key string) string {
	t.Helper()
	for _, k := range server.Keys() {
		if k.Name == key {
			_, port, err := net.SplitHostPort(k.Default)
			if err != nil {
				t.Fatal(err)
			}
			return port
		}
	}
	t.Fatalf("there is no setting %s", key)
	return ""
}

// TestCompose: the nodes are where haproxy.cfg looks for them and believe it alone, get
// the time they need to stop, and no password has a default.
func TestCompose(t *testing.T) {
	c := yamlTree(t, "compose.yaml", text(t, "compose.yaml"))
	address := func(service string) string {
		return fmt.Sprint(at(t, c, "services", service, "networks", "parley", "ipv4_address"))
	}
	haproxy := text(t, "haproxy.cfg")
	for _, n := range []string{"n1", "n2", "n3"} {
		for _, want := range []string{
			fmt.Sprintf("server %s %s:%s port %s\n", n, address(n), port(t, "tcp"), port(t, "admin")),
			fmt.Sprintf("server %s %s:%s port %s\n", n, address(n), port(t, "http"), port(t, "admin")),
		} {
			if !strings.Contains(haproxy, want) {
				t.Errorf("haproxy.cfg does not have %q", want)
			}
		}
		env := func(name string) string { return fmt.Sprint(at(t, c, "services", n, "environment", name)) }
		if env("PARLEY_PROXY_FROM") != address("haproxy") || env("PARLEY_NODE_NAME") != n {
			t.Errorf("%s believes %s and is called %s", n, env("PARLEY_PROXY_FROM"), env("PARLEY_NODE_NAME"))
		}
		if !strings.Contains(env("PARLEY_DB"), "@"+address("postgres")+"/") || !strings.Contains(env("PARLEY_BUS"), "@"+address("redis")+":") {
			t.Errorf("%s uses %s and %s", n, env("PARLEY_DB"), env("PARLEY_BUS"))
		}
		if env("PARLEY_TCP") != ":"+port(t, "tcp") || env("PARLEY_HTTP") != ":"+port(t, "http") || env("PARLEY_ADMIN") != address(n)+":"+port(t, "admin") {
			t.Errorf("%s listens on %s, %s and %s", n, env("PARLEY_TCP"), env("PARLEY_HTTP"), env("PARLEY_ADMIN"))
		}
		lasts := func(s string) time.Duration {
			d, err := time.ParseDuration(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		grace := lasts(fmt.Sprint(at(t, c, "services", n, "stop_grace_period")))
		stop, delay, window := lasts(env("PARLEY_STOP_TIMEOUT")), lasts(env("PARLEY_DRAIN_DELAY")), lasts(env("PARLEY_DRAIN_WINDOW"))
		if grace <= stop || stop < delay+window+time.Second {
			t.Errorf("%s is killed after %v; its stop takes %v, its drain %v and %v", n, grace, stop, delay, window)
		}
	}
	services, _ := c["services"].(map[string]any)
	for name := range services {
		if image := fmt.Sprint(at(t, c, "services", name, "image")); !strings.Contains(image, ":") {
			t.Errorf("%s: image %s has no tag", name, image)
		}
		if at(t, c, "services", name, "read_only") != true || fmt.Sprint(at(t, c, "services", name, "cap_drop")) != "[ALL]" {
			t.Errorf("%s may write to its root, or has capabilities", name)
		}
		at(t, c, "services", name, "healthcheck", "test")
		if _, published := services[name].(map[string]any)["ports"]; published != (name == "haproxy") {
			t.Errorf("%s: is it reached from outside? %v", name, published)
		}
	}
	// The example has every variable, and no password that everybody knows.
	whole, example := text(t, "compose.yaml"), text(t, "env.example")
	variables := regexp.MustCompile(`\$\{([A-Z_]+)([^}]*)`).FindAllStringSubmatch(whole, -1)
	if len(variables) < 4 {
		t.Errorf("%d variables: something is not looked at", len(variables))
	}
	for _, v := range variables {
		if secret := strings.HasSuffix(v[1], "PASSWORD"); !strings.Contains(example, "\n"+v[1]+"=") ||
			secret && (!strings.HasPrefix(v[2], ":?") || !strings.Contains(example, "\n"+v[1]+"=\n")) {
			t.Errorf("%s is not in env.example, or has a value without being asked for", v[1])
		}
	}
}

// TestChart: what the templates use has a value and a place in the schema, and the ports
// are the program's.
func TestChart(t *testing.T) {
	values, chart := yamlTree(t, "helm/parley/values.yaml", text(t, "helm/parley/values.yaml")), yamlTree(t, "helm/parley/Chart.yaml", text(t, "helm/parley/Chart.yaml"))
	if chart["apiVersion"] != "v2" || chart["name"] != "parley" {
		t.Errorf("%v", chart)
	}
	schema := yamlTree(t, "helm/parley/values.schema.json", text(t, "helm/parley/values.schema.json")) // JSON is YAML
	properties, _ := at(t, schema, "properties").(map[string]any)
	for key := range values {
		if properties[key] == nil {
			t.Errorf("the schema does not know %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if _, has := values[key]; !has && key != "global" {
			t.Errorf("%s has no value", key)
		}
	}
	templates, err := filepath.Glob("helm/parley/templates/*")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, path := range templates {
		for _, m := range regexp.MustCompile(`\.Values\.([A-Za-z.]+)`).FindAllStringSubmatch(text(t, path), -1) {
			used++
			var v any = values
			for _, k := range strings.Split(m[1], ".") {
				inner, ok := v.(map[string]any)
				if !ok {
					t.Errorf("%s uses %s", path, m[0])
					break
				}
				if v, ok = inner[k]; !ok {
					t.Errorf("%s uses %s, which has no value", path, m[0])
				}
			}
		}
	}
	if used < 30 {
		t.Errorf("%d values are used: something is not looked at", used)
	}
	set := text(t, "helm/parley/templates/statefulset.yaml")
	for _, want := range []string{"containerPort: " + port(t, "tcp") + "\n", "containerPort: " + port(t, "http") + "\n", "containerPort: " + port(t, "admin") + "\n", "path: /readyz", "path: /healthz"} {
		if !strings.Contains(set, want) {
			t.Errorf("the StatefulSet lacks %q", want)
		}
	}
}
