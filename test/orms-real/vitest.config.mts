import { defineConfig } from 'vitest/config';

/** The real libraries, one process each: `npm run test:orms-real`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
  },
});
