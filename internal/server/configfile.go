package server

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// EnvPrefix begins the name of every environment variable of ours.
const EnvPrefix = "PARLEY_"

// Key is one setting, as the file, the flags and the reference show it.
type Key struct {
	Name    string // the file's key and, with -- before it, the flag
	Group   string
	Default string
	Help    string
}

// Env is the environment variable for the key.
func (k Key) Env() string { return EnvName(k.Name) }

// EnvName is the environment variable for a flag.
func EnvName(flag string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Keys lists every setting in the order of Config.
func Keys() []Key {
	t := reflect.TypeFor[Config]()
	keys := make([]Key, 0, t.NumField())
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		if name := tag.Get("name"); name != "" {
			keys = append(keys, Key{Name: name, Group: tag.Get("group"), Default: tag.Get("default"), Help: tag.Get("help")})
		}
	}
	return keys
}

// EnvNames returns flags their environment variables: those of Config, and config.
// Flags that share a name with a setting (--data of other commands) share its variable.
func EnvNames() kong.Option {
	known := map[string]bool{"config": true}
	for _, k := range Keys() {
		known[k.Name] = true
	}
	return kong.PostBuild(func(k *kong.Kong) error {
		return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
			if f, ok := node.(*kong.Flag); ok && known[f.Name] && len(f.Envs) == 0 {
				f.Envs = []string{EnvName(f.Name)}
				f.Tag.Envs = f.Envs
			}
			return next(nil)
		})
	})
}

// File is a configuration file that was read and holds known keys only. It is a
// kong.Resolver that is weaker than the environment.
type File struct {
	path   string
	values map[string]string
}

// ReadFile reads a YAML file. Every key that is not known is named in the error.
func ReadFile(path string) (*File, error) {
	k := koanf.New("\x00") // no key has parts
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("configuration file %s does not exist; `parley config default` prints one to start from", path)
		}
		return nil, fmt.Errorf("configuration file %s: %w", path, err)
	}
	known := map[string]bool{}
	for _, key := range Keys() {
		known[key.Name] = true
	}
	f := &File{path: path, values: map[string]string{}}
	var wrong []error
	raw := k.Raw()
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if !known[key] {
			wrong = append(wrong, fmt.Errorf("configuration file %s: unknown key %q%s", path, key, suggestion(key, known)))
			continue
		}
		value, err := scalar(raw[key])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("configuration file %s: key %q %w", path, key, err))
			continue
		}
		f.values[key] = value
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return f, nil
}

func scalar(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case nil:
		return "", errors.New("has no value; remove it or give it one")
	case []any:
		parts := make([]string, len(v))
		for i, element := range v {
			if _, nested := element.([]any); nested {
				return "", errors.New("must not have a list in a list")
			}
			part, err := scalar(element)
			if err != nil {
				return "", err
			}
			parts[i] = part
		}
		return strings.Join(parts, ","), nil
	default:
		return "", errors.New("must be a value or a list, not a map")
	}
}

func suggestion(key string, known map[string]bool) string {
	if like := strings.ToLower(strings.ReplaceAll(key, "_", "-")); known[like] {
		return fmt.Sprintf("; did you mean %q?", like)
	}
	return "; `parley config default` prints those there are"
}

// Validate implements kong.Resolver.
func (f *File) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver: the file's value, unless the environment has one.
func (f *File) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	return value, nil
}

// CheckFile reads a file as `parley serve` would, with nothing but the defaults
// beside it, and returns what it sets.
func CheckFile(path string) (Config, error) {
	f, err := ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	var c Config
	parser, err := kong.New(&c, kong.Name("parley"), kong.Resolvers(f), Homes(), kong.Exit(func(int) {}))
	if err != nil {
		return Config{}, err
	}
	if _, err := parser.Parse(nil); err != nil {
		return Config{}, fmt.Errorf("configuration file %s: %w", path, err)
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("configuration file %s: %w", path, err)
	}
	return c, nil
}

// Default is the configuration that nobody changed.
func Default() Config {
	var c Config
	parser, err := kong.New(&c, kong.Name("parley"))
	if err == nil {
		_, err = parser.Parse(nil)
	}
	if err != nil {
		panic("server: a default in Config does not parse: " + err.Error())
	}
	return c
}

// DefaultYAML is the default configuration as a file with comments.
func DefaultYAML() string {
	var b strings.Builder
	b.WriteString("# Configuration of a Parley server. Every key is optional; what is here is the default.\n" +
		"# A flag (--tcp) is stronger than the environment (PARLEY_TCP), and that than this file.\n")
	group := ""
	for _, k := range Keys() {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n# --- %s ---\n", group)
		}
		fmt.Fprintf(&b, "\n# %s\n%s: %s\n", k.Help, k.Name, yamlScalar(k.Default))
	}
	return b.String()
}

func yamlScalar(s string) string {
	if s == "" || strings.ContainsAny(s, ":#'\"{}[],&*!|>%@`") {
		return strconv.Quote(s)
	}
	return s
}

// UnknownEnv lists variables that begin like ours but are none of the known names.
// Those that Kubernetes makes for a service called parley are left out.
func UnknownEnv(environ []string, known map[string]bool) []string {
	var unknown []string
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(name, EnvPrefix) || known[name] ||
			strings.HasPrefix(name, EnvPrefix+"SERVICE_") || strings.HasPrefix(name, EnvPrefix+"PORT") {
			continue
		}
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	return unknown
}
