import { defineConfig } from 'vitest/config';

/** The real client in a real Chromium, with the real server: `npm run browser`. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    server: { deps: { inline: [/@parley\/sdk/] } },
    include: ['browser/**/*.test.ts'],
    globalSetup: ['browser/build.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
