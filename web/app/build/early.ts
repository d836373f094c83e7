import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Loads src/early.js before the first paint: it sets the theme. It is a file of its own because the policy
 * forbids a script in the page, and no module because a module would come after the paint.
 */
export function early(): Plugin {
  const source = () => readFileSync(new URL('../src/early.js', import.meta.url), 'utf8').replace(/^\s*\/\/.*\n/gm, '');
  const name = () => `assets/early-${createHash('sha256').update(source()).digest('base64url').slice(0, 8)}.js`;
  return {
    name: 'early',
    transformIndexHtml: (html, { server }) => html.replace('<!-- early -->', `<script src="/${server ? 'src/early.js' : name()}"></script>`),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name(), source: source() });
    },
  };
}
