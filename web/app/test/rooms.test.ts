import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The files of a folder with what they import. */
function imports(folder: string): [file: string, imported: string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) =>
      [...readFileSync(join(root, folder, name), 'utf8').matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)].map(
        (m) => [`${folder}/${name}`, m[1] ?? ''] as [string, string],
      ),
    );
}

test('each room imports only from those below it', () => {
  const bans: [folder: string, no: RegExp][] = [
    ['app/src/text', /\/(model|view)\//],
    ['app/src/model', /\/view\//],
    ['sdk/src', /app\//],
  ];
  for (const [folder, no] of bans) {
    const all = imports(folder);
    expect(all.length, folder).toBeGreaterThan(3);
    expect(
      all.filter(([, imported]) => no.test(imported)),
      folder,
    ).toEqual([]);
  }
});

test('no component has a text of its own', () => {
  const words = />[^<>{}=]*[A-Za-z]{3,}[^<>{}=]*<\//g;
  const known = new Set(['Parley', 'English', 'Esc', 'Enter']);
  for (const name of readdirSync(join(root, 'app/src/view'))) {
    const source = readFileSync(join(root, 'app/src/view', name), 'utf8').replace(/=>/g, '');
    const found = [...source.matchAll(words)].map((m) => m[0].replace(/^>|<\/$/g, '').trim());
    expect(
      found.filter((text) => !known.has(text) && !text.startsWith('--')),
      name,
    ).toEqual([]);
  }
});

test('no colour stands outside of the tokens', () => {
  for (const name of ['app.css', 'more.css']) {
    const css = readFileSync(join(root, 'app/src/css', name), 'utf8');
    // White on the knob of a switch is the one exception, and oklch() makes the hues of avatars.
    expect(
      [...css.matchAll(/#[0-9a-f]{3,8}\b|\brgb\(/g)].map((m) => m[0]).filter((c) => c !== '#fff'),
      name,
    ).toEqual([]);
  }
});
