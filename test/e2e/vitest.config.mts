import { defineConfig } from 'vitest/config';

/** Tests in a real editor: one window at a time, on the packaged extension. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.e2e.ts'],
    globalSetup: ['./harness/globalSetup.ts'],
    fileParallelism: false,
    // A window on a loaded machine may miss a key; what fails twice is broken.
    retry: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
