package deploy_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/server"
)

// everything is a cluster with all that can be turned on.
func everything() tree {
	return tree{
		"replicas": 5, "drain": tree{"delay": 7, "window": 20},
		"database": tree{"existingSecret": "db"}, "bus": tree{"existingSecret": "1234", "key": "redis"},
		"settings":      tree{"PARLEY_REGISTRATION": "closed", "PARLEY_MAX_CONNECTIONS": 1_000_000},
		"proxyFrom":     []any{"10.0.0.5", "10.0.0.6"},
		"service":       tree{"type": "LoadBalancer", "annotations": tree{"a": "b"}, "externalTrafficPolicy": "Local"},
		"networkPolicy": tree{"enabled": true, "from": []any{tree{"podSelector": tree{}}}, "metricsFrom": []any{tree{"namespaceSelector": tree{}}}},
		"tolerations":   []any{tree{"operator": "Exists"}}, "nodeSelector": tree{"disk": "fast"},
		"podAnnotations": tree{"a": "b"}, "affinity": tree{"podAffinity": tree{}},
		"imagePullSecrets": []any{tree{"name": "pull"}},
	}
}

// pod is the pods of a rendered chart, and the environment of their container: values,
// SECRET/KEY, or the name of a field.
func pod(t *testing.T, objects map[string]tree) (spec, container tree, env map[string]string) {
	t.Helper()
	spec = find[tree](t, objects["StatefulSet chat-parley"], "spec", "template", "spec")
	container, env = find[tree](t, spec, "containers", 0), map[string]string{}
	for _, e := range find[[]any](t, container, "env") {
		name, source := find[string](t, e, "name"), tree(nil)
		if _, given := e.(tree)["value"]; given {
			env[name] = find[string](t, e, "value")
			continue
		}
		source = find[tree](t, e, "valueFrom")
		if _, secret := source["secretKeyRef"]; secret {
			env[name] = find[string](t, source, "secretKeyRef", "name") + "/" + find[string](t, source, "secretKeyRef", "key")
		} else {
			env[name] = find[string](t, source, "fieldRef", "fieldPath")
		}
	}
	return spec, container, env
}

func mustRender(t *testing.T, release string, set tree) map[string]tree {
	t.Helper()
	objects, _, err := render(t, release, set)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestTheChartMakesASingleServer(t *testing.T) {
	objects := mustRender(t, "chat", nil)
	want := []string{"Service chat-parley", "Service chat-parley-nodes", "StatefulSet chat-parley"}
	if got := slices.Sorted(maps.Keys(objects)); !slices.Equal(got, want) {
		t.Errorf("objects %q, want %q", got, want)
	}
	set := objects["StatefulSet chat-parley"]
	if n := find[int](t, set, "spec", "replicas"); n != 1 {
		t.Errorf("%d servers on one embedded database", n)
	}
	find[string](t, set, "spec", "volumeClaimTemplates", 0, "spec", "resources", "requests", "storage")
	_, _, env := pod(t, objects)
	if env["PARLEY_DB"] != "" || env["PARLEY_BUS"] != "" {
		t.Errorf("a single server has %v", env)
	}
}

func TestTheChartMakesACluster(t *testing.T) {
	objects := mustRender(t, "chat", everything())
	want := []string{
		"NetworkPolicy chat-parley", "PodDisruptionBudget chat-parley",
		"Service chat-parley", "Service chat-parley-nodes", "StatefulSet chat-parley",
	}
	if got := slices.Sorted(maps.Keys(objects)); !slices.Equal(got, want) {
		t.Errorf("objects %q, want %q", got, want)
	}
	_, _, env := pod(t, objects)
	for name, want := range map[string]string{
		"PARLEY_DB": "db/url", "PARLEY_BUS": "1234/redis", "PARLEY_REGISTRATION": "closed", "PARLEY_MAX_CONNECTIONS": "1000000",
		"PARLEY_PROXY_FROM": "10.0.0.5,10.0.0.6", "PARLEY_NODE_NAME": "metadata.name",
	} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	// Only the pods that the policy names reach the admin port, not those that may chat.
	rules := find[[]any](t, objects["NetworkPolicy chat-parley"], "spec", "ingress")
	for i, want := range []string{"tcp http", "admin"} {
		var got []string
		for _, p := range find[[]any](t, rules[i], "ports") {
			got = append(got, find[string](t, p, "port"))
		}
		if strings.Join(got, " ") != want || len(rules) != 2 {
			t.Errorf("rule %d of %d is about the ports %q, want %s", i+1, len(rules), got, want)
		}
	}
	// Whoever looks for the nodes finds them, and a new version of the chart restarts none.
	set := objects["StatefulSet chat-parley"]
	labels := find[tree](t, set, "spec", "template", "metadata", "labels")
	for _, selector := range []tree{
		find[tree](t, set, "spec", "selector", "matchLabels"),
		find[tree](t, objects["Service chat-parley"], "spec", "selector"),
		find[tree](t, objects["Service chat-parley-nodes"], "spec", "selector"),
		find[tree](t, objects["PodDisruptionBudget chat-parley"], "spec", "selector", "matchLabels"),
		find[tree](t, objects["NetworkPolicy chat-parley"], "spec", "podSelector", "matchLabels"),
	} {
		if !maps.Equal(labels, selector) {
			t.Errorf("a selector wants %v, the pods have %v", selector, labels)
		}
	}
}

// In both ways of running it, the pod fits the server and its image.
func TestThePodFitsTheServer(t *testing.T) {
	for name, values := range map[string]tree{"single": nil, "cluster": everything()} {
		objects := mustRender(t, "chat", values)
		spec, container, env := pod(t, objects)
		_, variables := known()
		for v := range env {
			if !variables[v] {
				t.Errorf("%s: the server reads no %s", name, v)
			}
		}
		ports := map[string]int{}
		for _, p := range find[[]any](t, container, "ports") {
			ports[find[string](t, p, "name")] = find[int](t, p, "containerPort")
		}
		// A pod's addresses are its own: the server listens on all of them.
		for _, key := range []string{"tcp", "http", "admin"} {
			if got := strconv.Itoa(ports[key]); got != port(t, key) || env["PARLEY_"+strings.ToUpper(key)] != ":"+got {
				t.Errorf("%s: port %s is %s, and the server listens on %q", name, key, got, env["PARLEY_"+strings.ToUpper(key)])
			}
		}
		for _, p := range find[[]any](t, objects["Service chat-parley"], "spec", "ports") {
			if find[string](t, p, "targetPort") == "admin" {
				t.Errorf("%s: the Service for clients leads to /metrics and /readyz", name)
			}
		}
		for _, service := range []string{"Service chat-parley", "Service chat-parley-nodes"} {
			for _, p := range find[[]any](t, objects[service], "spec", "ports") {
				if ports[find[string](t, p, "targetPort")] == 0 {
					t.Errorf("%s: %s leads to no port of the pod: %v", name, service, p)
				}
			}
		}
		lasts := func(variable string) time.Duration {
			d, err := time.ParseDuration(env[variable])
			if err != nil {
				t.Fatalf("%s: %s: %v", name, variable, err)
			}
			return d
		}
		grace := time.Duration(find[int](t, spec, "terminationGracePeriodSeconds")) * time.Second
		stop, drain := lasts("PARLEY_STOP_TIMEOUT"), lasts("PARLEY_DRAIN_DELAY")+lasts("PARLEY_DRAIN_WINDOW")
		if grace < stop+5*time.Second || stop < drain+10*time.Second {
			t.Errorf("%s: drains for %v, stops within %v, is killed after %v", name, drain, stop, grace)
		}
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			get := find[tree](t, container, probe, "httpGet")
			if get["port"] != "admin" || get["scheme"] != nil {
				t.Errorf("%s: %s asks %v; the admin address speaks plain HTTP", name, probe, get)
			}
		}
		ready, live := find[string](t, container, "readinessProbe", "httpGet", "path"), find[string](t, container, "livenessProbe", "httpGet", "path")
		if ready != "/readyz" || live != "/healthz" {
			t.Errorf("%s: probes %s and %s", name, ready, live)
		}
		if find[int](t, spec, "securityContext", "runAsUser") != 65532 || !find[bool](t, spec, "securityContext", "runAsNonRoot") ||
			!find[bool](t, container, "securityContext", "readOnlyRootFilesystem") ||
			find[string](t, container, "securityContext", "capabilities", "drop", 0) != "ALL" ||
			find[string](t, container, "volumeMounts", 0, "mountPath") != env["PARLEY_DATA"] {
			t.Errorf("%s: the pod may do more than it needs, or is not as the image is", name)
		}
	}
}

func TestTheChartSaysWhatIsMissing(t *testing.T) {
	for want, values := range map[string]tree{
		"the embedded database is one pod's own": {"replicas": 2},
		"only nodes that share a database":       {"bus": tree{"existingSecret": "a"}},
	} {
		if _, _, err := render(t, "chat", values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %q", err, want)
		}
	}
	_, notes, err := render(t, "parley", tree{"database": tree{"existingSecret": "db"}})
	if err != nil || !strings.Contains(notes, "exec parley-0 -- parley health") || !strings.Contains(notes, "There is no bus") {
		t.Errorf("notes %q, %v", notes, err)
	}
}

// A typing error in a setting is refused, and so is what the chart decides.
func TestTheSchemaKnowsTheSettings(t *testing.T) {
	schema := yamlTree(t, "values.schema.json", text(t, chart+"/values.schema.json"))
	_, _, own := pod(t, mustRender(t, "chat", tree{
		"database": tree{"existingSecret": "a"}, "bus": tree{"existingSecret": "b"}, "proxyFrom": []any{"10.0.0.5"},
		"tls": tree{"existingSecret": "c"}, "seal": tree{"existingSecret": "d"},
	}))
	own["PARLEY_TLS_SELF_SIGNED"], own["PARLEY_TLS_NAMES"] = "", "" // a pod's own would be another one after each restart
	var got, want []string
	for _, k := range server.Keys() {
		if _, chosen := own[k.Env()]; !chosen {
			want = append(want, k.Env())
		}
	}
	for _, name := range find[[]any](t, schema, "properties", "settings", "propertyNames", "enum") {
		got = append(got, name.(string))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the schema allows in settings\n%q\nthe server has\n%q", got, want)
	}
}
