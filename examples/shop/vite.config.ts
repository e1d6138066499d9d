import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: 'web',
  build: { outDir: '../dist/page', emptyOutDir: true },
  // `npm run dev` is the page only: its calls go to the server of `npm start`.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  // The limits are there for what hangs: a busy machine takes its time.
  test: {
    root: '.',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'services', include: ['test/*.test.ts'] } },
      { extends: true, test: { name: 'page', include: ['test/*.browser.ts'] } },
    ],
  },
});
