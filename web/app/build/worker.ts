import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Writes sw.js: src/worker/sw.js with the list of the files of this build and their SHA-256. The browser
 * compares sw.js by its bytes, so every build that differs is an update.
 */
export function worker(): Plugin {
  return {
    name: 'worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const files: Record<string, string> = {};
        for (const [name, part] of Object.entries(bundle)) {
          if (name === 'licences.txt') continue; // who reads it has a connection
          const body = part.type === 'chunk' ? part.code : part.source;
          files[name === 'index.html' ? '/' : `/${name}`] = createHash('sha256').update(body).digest('base64');
        }
        const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
        const source = readFileSync(new URL('../src/worker/sw.js', import.meta.url), 'utf8');
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const FILES = ${JSON.stringify(sorted)}\n${source}` });
      },
    },
  };
}
