package deploy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/knadh/koanf/parsers/yaml"
)

const chart = "helm/parley"

// A tree is YAML or JSON as it was parsed.
type tree = map[string]any

func yamlTree(t *testing.T, name, content string) tree {
	t.Helper()
	parsed, err := yaml.Parser().Unmarshal([]byte(content))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, content)
	}
	return parsed
}

// find follows keys and indices down, and fails where there is nothing.
func find[T any](t *testing.T, from any, path ...any) T {
	t.Helper()
	here := from
	for i, step := range path {
		m, _ := here.(tree)
		l, _ := here.([]any)
		switch step := step.(type) {
		case string:
			here = m[step]
		case int:
			if here = nil; step < len(l) {
				here = l[step]
			}
		}
		if here == nil {
			t.Fatalf("there is nothing at %v", path[:i+1])
		}
	}
	found, ok := here.(T)
	if !ok {
		t.Fatalf("at %v is %T %v, want %T", path, here, here, found)
	}
	return found
}

// render is the chart's objects by kind and name, and its notes. It knows the few functions
// of Helm that the templates use, so that their sense can be tested without Helm; a template
// that uses another one does not parse here.
func render(t *testing.T, release string, set tree) (objects map[string]tree, notes string, err error) {
	t.Helper()
	all := template.New("chart").Option("missingkey=error")
	all.Funcs(functions(all))
	files, err := filepath.Glob(chart + "/templates/*")
	if err != nil || len(files) < 6 {
		t.Fatalf("templates: %v, %v", files, err)
	}
	for _, f := range files {
		template.Must(all.New(filepath.Base(f)).Parse(text(t, f)))
	}
	meta := yamlTree(t, "Chart.yaml", text(t, chart+"/Chart.yaml"))
	values, err := json.Marshal(merged(yamlTree(t, "values.yaml", text(t, chart+"/values.yaml")), set))
	if err != nil {
		t.Fatal(err)
	}
	var floating tree // numbers are float64, as they are in Helm
	if err := json.Unmarshal(values, &floating); err != nil {
		t.Fatal(err)
	}
	data := tree{
		"Values":  floating,
		"Release": tree{"Name": release, "Service": "Helm", "Namespace": "chat"},
		"Chart":   tree{"Name": meta["name"], "Version": meta["version"], "AppVersion": meta["appVersion"]},
	}
	objects = map[string]tree{}
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var out strings.Builder
		if err := all.ExecuteTemplate(&out, name, data); err != nil {
			return nil, "", err
		}
		if name == "NOTES.txt" {
			notes = out.String()
			continue
		}
		for _, doc := range strings.Split(out.String(), "\n---\n") {
			if strings.TrimSpace(doc) != "" {
				o := yamlTree(t, name, doc)
				objects[find[string](t, o, "kind")+" "+find[string](t, o, "metadata", "name")] = o
			}
		}
	}
	return objects, notes, nil
}

// merged puts values over the defaults, as Helm does: maps are merged, the rest replaced.
func merged(under, over tree) tree {
	all := maps.Clone(under)
	for k, v := range over {
		below, ok := all[k].(tree)
		if above, both := v.(tree); ok && both {
			v = merged(below, above)
		}
		all[k] = v
	}
	return all
}

func functions(all *template.Template) template.FuncMap {
	return template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out strings.Builder
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"add": func(values ...any) (sum int, err error) {
			for _, v := range values {
				n, e := toInt(v)
				sum, err = sum+n, errors.Join(err, e)
			}
			return sum, err
		},
		"int":        toInt,
		"fail":       func(message string) (string, error) { return "", errors.New(message) },
		"join":       join,
		"kindIs":     func(kind string, v any) bool { return fmt.Sprintf("%T", v) == kind },
		"toJson":     toJSON,
		"toYaml":     toYAML,
		"quote":      func(v any) string { return fmt.Sprintf("%q", fmt.Sprint(v)) },
		"nindent":    func(n int, s string) string { return "\n" + indented(n, s) },
		"contains":   func(part, s string) bool { return strings.Contains(s, part) },
		"trunc":      func(n int, s string) string { return s[:min(n, len(s))] },
		"trimSuffix": func(suffix, s string) string { return strings.TrimSuffix(s, suffix) },
	}
}

func toInt(v any) (n int, err error) {
	_, err = fmt.Sscan(fmt.Sprint(v), &n)
	return n, err
}

func join(between string, list []any) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, between)
}

func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// toYAML writes a map or a list line by line, so that it can stand beside other lines, and
// what is in it as JSON, which is YAML.
func toYAML(v any) (string, error) {
	var lines []string
	line := func(before string, v any) error {
		s, err := toJSON(v)
		lines = append(lines, before+s)
		return err
	}
	var err error
	switch v := v.(type) {
	case tree:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			err = errors.Join(err, line(k+": ", v[k]))
		}
	case []any:
		for _, element := range v {
			err = errors.Join(err, line("- ", element))
		}
	default:
		err = line("", v)
	}
	return strings.Join(lines, "\n"), err
}

func indented(n int, s string) string {
	margin := strings.Repeat(" ", n)
	return margin + strings.ReplaceAll(s, "\n", "\n"+margin)
}
