import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Puts the icons into the page, so that no icon waits for a request. */
export function sprite(): Plugin {
  return {
    name: 'sprite',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => {
        const svg = readFileSync(new URL('../src/icons.svg', import.meta.url), 'utf8');
        const hidden = svg.replace('<svg ', '<svg class="sr" width="0" height="0" aria-hidden="true" ').replace(/\n\s*/g, '');
        return html.replace('<!-- sprite -->', () => hidden);
      },
    },
  };
}
