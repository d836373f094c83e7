package server

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// home is path with a ~ at its beginning replaced by the user's home folder, as a shell
// does it. The shell does not where a path stands behind a = (--to=~/copy.db), in a file or
// in the environment of a service. A file that is called ~ is named by ./~.
func home(path string) string {
	rest, found := strings.CutPrefix(path, "~")
	if !found || rest != "" && rest[0] != '/' {
		return path
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return path // there is none: whoever opens the path says what is wrong
	}
	return filepath.Join(dir, rest)
}

// Homes has ~ understood in every flag and argument that names a file or a folder: those
// whose placeholder has FILE or DIR in it, and arguments of that name.
func Homes() kong.Option {
	return kong.PostBuild(func(k *kong.Kong) error {
		return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
			switch v := node.(type) {
			case *kong.Flag:
				if isPath(v.PlaceHolder) {
					v.Mapper = homeMapper{v.Mapper}
				}
			case *kong.Positional:
				if isPath(strings.ToUpper(v.Name)) {
					v.Mapper = homeMapper{v.Mapper}
				}
			}
			return next(nil)
		})
	})
}

func isPath(placeholder string) bool {
	return strings.Contains(placeholder, "FILE") || strings.Contains(placeholder, "DIR")
}

// homeMapper puts the home folder into what another mapper has decoded.
type homeMapper struct{ kong.Mapper }

// Decode implements kong.Mapper.
func (m homeMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	if err := m.Mapper.Decode(ctx, target); err != nil {
		return err
	}
	if target.Kind() == reflect.String {
		target.SetString(home(target.String()))
	}
	return nil
}
