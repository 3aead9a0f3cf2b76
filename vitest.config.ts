import { defineConfig } from 'vitest/config';

const COMPILED = ['test/e2e/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/metamorphic/**/*.test.ts', 'test/tui/terminal.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.{ts,tsx}'], exclude: COMPILED } },
      // these run what is compiled, as a user does
      { extends: true, test: { name: 'program', include: COMPILED, globalSetup: 'test/e2e/support/build.ts' } },
    ],
  },
});
