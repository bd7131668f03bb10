import { defineConfig } from 'vitest/config';

/** Real servers, where they are installed: `npm run test:databases`. */
export default defineConfig({
  test: { include: ['test/databases/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
});
