import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);
const allowed = new Set(['MIT', 'Apache-2.0']);

/** Writes licences.txt: the licence of each library that is in the bundle. The program prints it too. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const found = new Map<string, string>();
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue;
        for (const id of part.moduleIds) {
          if (id === '\0emoji') note(require.resolve('emoji-picker-element-data/en/emojibase/data.json'), found);
          else if (id.includes('/node_modules/')) note(id, found);
        }
      }
      const all = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${name}\n\n${text.trim()}\n`);
      this.emitFile({
        type: 'asset',
        fileName: 'licences.txt',
        source: `These libraries are in the web client; none was changed.\n\n${all.join(`\n${'='.repeat(78)}\n`)}`,
      });
    },
  };
}

function note(id: string, found: Map<string, string>): void {
  const dir = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? '';
  const { name, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { name: string; license?: string };
  const text = join(dir, 'LICENSE');
  if (!allowed.has(license ?? '') || !existsSync(text)) throw new Error(`${name}: the licence ${license} is not known to be allowed, or its text is missing`);
  found.set(`${name} (${license})`, readFileSync(text, 'utf8'));
}
