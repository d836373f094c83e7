import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

interface Row {
  emoji: string;
  annotation: string;
  tags?: string[];
  shortcodes?: string[];
  group: number;
}

const require = createRequire(import.meta.url);
const rows = (lang: string): Row[] => JSON.parse(readFileSync(require.resolve(`emoji-picker-element-data/${lang}/emojibase/data.json`), 'utf8')) as Row[];

/** All emoji by group, with their names and further words in both languages: a line each, groups with a blank line between them. */
export function emojiData(): string {
  const zh = new Map(rows('zh').map((r) => [r.emoji, r]));
  const groups = new Map<number, string[]>();
  for (const r of rows('en')) {
    const other = zh.get(r.emoji);
    const words = [...new Set([...(r.tags ?? []), ...(r.shortcodes ?? []).flatMap((s) => s.split('_')), ...(other?.tags ?? [])])].filter((w) => !r.annotation.split(' ').includes(w));
    const line = [r.emoji, r.annotation, other?.annotation ?? '', words.join(' ').toLowerCase()].join('\t');
    groups.set(r.group, [...(groups.get(r.group) ?? []), line]);
  }
  groups.delete(2); // skin tones and hair by themselves
  return [...groups].sort(([a], [b]) => a - b).map(([, lines]) => lines.join('\n')).join('\n\n');
}

/** The module `virtual:emoji`. */
export function emoji(): Plugin {
  return {
    name: 'emoji',
    resolveId: (id) => (id === 'virtual:emoji' ? '\0emoji' : undefined),
    load: (id) => (id === '\0emoji' ? `export default ${JSON.stringify(emojiData())};` : undefined),
  };
}
