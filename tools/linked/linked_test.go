package linked

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

const gpl = `This program is free software: you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation, either version 3 of the License, or
(at your option) any later version.

This program is distributed in the hope that it will be useful,
but WITHOUT ANY WARRANTY; without even the implied warranty of
MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
GNU General Public License for more details.

You should have received a copy of the GNU General Public License
along with this program.  If not, see <https://www.gnu.org/licenses/>.
`

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string // "" for allowed
	}{
		"allowed":            {map[string]string{"LICENSE": mit}, ""},
		"with a notice":      {map[string]string{"LICENCE.md": mit, "NOTICE": "This is by somebody."}, ""},
		"another kind":       {map[string]string{"COPYING": gpl}, "GPL-3.0"},
		"one of two":         {map[string]string{"LICENSE": mit, "LICENSE-GPL": gpl}, "GPL-3.0"},
		"words of their own": {map[string]string{"LICENSE": "Do what you like on Sundays."}, "no licence was recognised"},
		"one that is odd":    {map[string]string{"LICENSE": mit, "LICENSE-2": "Not on Sundays."}, "LICENSE-2 is no licence that is known"},
		"none":               {map[string]string{"main.go": "package main", "license.go": "package main"}, "no licence was recognised"},
	} {
		t.Run(name, func(t *testing.T) {
			m := Module{Path: "example.org/m", Version: "v1.0.0", Dir: t.TempDir()}
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(m.Dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			if m.Licences, err = licences(m.Dir); err != nil {
				t.Fatal(err)
			}
			switch got := m.Refused(); {
			case c.want == "" && got != "":
				t.Errorf("refused: %s", got)
			case !strings.Contains(got, c.want):
				t.Errorf("%q does not say %q", got, c.want)
			}
		})
	}
}
