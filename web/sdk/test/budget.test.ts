import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

/** Returns the weight of an entry point as a page would load it: bundled, minified, gzip. */
async function weight(entry: string, external: string[] = []): Promise<number> {
  const result = await build({
    configFile: false, logLevel: 'silent', root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { conditions: ['source'] },
    build: { write: false, minify: 'oxc', target: 'es2022', modulePreload: false, rollupOptions: { input: entry, preserveEntrySignatures: 'strict', external } },
  });
  const chunks = (Array.isArray(result) ? result : [result]).flatMap((r) => ('output' in r ? r.output : []));
  return chunks.reduce((n, c) => n + (c.type === 'chunk' ? gzipSync(c.code, { level: 9 }).length : 0), 0);
}

test.each([
  ['the core', 'src/index.ts', 20],
  ['the hooks', 'src/hooks.ts', 3],
  ['the core and all that a browser needs', 'src/browser.ts', 24],
])('%s (%s) weighs at most %i KiB', async (_, entry, most) => {
  const n = await weight(entry);
  console.info(`${entry}: ${(n / 1024).toFixed(1)} KiB gzip`);
  expect(n).toBeLessThanOrEqual(most * 1024);
}, 60_000);
