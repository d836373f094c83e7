import { readFileSync } from 'node:fs';
import { defaultClientConditions, defineConfig } from 'vite';
import { compress } from './build/compress.ts';
import { early } from './build/early.ts';
import { emoji } from './build/emoji.ts';
import { licences } from './build/licences.ts';
import { partOf } from './build/parts.ts';
import { sprite } from './build/sprite.ts';
import { worker } from './build/worker.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version?: string };

export default defineConfig({
  plugins: [emoji(), sprite(), early(), licences(), worker(), compress()],
  resolve: { conditions: ['source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { __VERSION__: JSON.stringify(version ?? '0') },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'], // the first ones with light-dark()
    assetsInlineLimit: 0, // a data: address would need a wider policy
    modulePreload: false, // the parts bring their own styles (view/styles.ts), so no helper is needed
    cssMinify: 'lightningcss',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: (['main', 'words', 'after', 'gate', 'rare', 'menus', 'emoji'] as const).map((name, i) => ({ name, priority: 9 - i, test: (id: string) => partOf(id) === name })),
        },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 250,
  },
  server: {
    // `npm run dev` beside `parley serve`.
    proxy: { '/ws': { target: 'ws://127.0.0.1:8080', ws: true }, '/server.json': 'http://127.0.0.1:8080' },
  },
});
