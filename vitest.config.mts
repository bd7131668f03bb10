import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/e2e/**',
      'test/orms-real/**',
      'test/databases/**',
      'test/slow/**',
      'test/release/**',
      'test/web/**',
      '**/node_modules/**',
    ],
    testTimeout: 20_000,
  },
});
