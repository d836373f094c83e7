import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { partOf, type Part } from '../build/parts.ts';
import { en } from '../src/text/en.ts';
import { enGate } from '../src/text/en-gate.ts';
import { enMore } from '../src/text/en-more.ts';
import { zh } from '../src/text/zh.ts';

const root = join(import.meta.dirname, '../src');

/** The texts that are there when a part is. */
const there: Readonly<Record<Part, object>> = {
  main: en,
  after: { ...en, ...enMore },
  rare: { ...en, ...enMore },
  menus: { ...en, ...enMore },
  emoji: { ...en, ...enMore },
  gate: { ...en, ...enMore, ...enGate },
  words: { ...en, ...enMore },
  zh: {},
};

test('each part of the page says only what is loaded with it', () => {
  let seen = 0;
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f))) {
    const source = readFileSync(join(root, name), 'utf8');
    // The names of commands are said in the palette alone, which is `rare`.
    const part = name === 'model/commands.ts' ? 'rare' : partOf(`/src/${name}`);
    // t().errors is what a look-up in explain.ts can do without.
    const keys = [...source.matchAll(/\bt\(\)\s*\.(\w+)/g)].map((m) => m[1] ?? '').filter((key) => !(key === 'errors' && name === 'text/explain.ts'));
    seen += keys.length;
    expect(
      keys.filter((key) => !(key in there[part])),
      `${name} (${part})`,
    ).toEqual([]);
  }
  expect(seen).toBeGreaterThan(150);
});

test('each English text has its place once, and its Chinese twin', () => {
  const all = [en, enGate, enMore].flatMap((part) => Object.keys(part));
  expect(all.length).toBe(new Set(all).size);
  expect(Object.keys(zh).sort()).toEqual([...all].sort());
});
