const shared = {
  testEnvironment: 'node',
  // Jest's sandbox looks others up slowly: calculations took up to seven times as long.
  sandboxInjectedGlobals: ['Array', 'Infinity', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Set', 'String'],
  setupFilesAfterEnv: ['<rootDir>/test/support/no-unhandled-rejections.ts'],
  transform: {
    '^.+\\.(t|j)sx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        module: { type: 'commonjs', importInterop: 'swc' },
      },
    ],
  },
};

module.exports = {
  // The tests against a server mostly wait.
  maxWorkers: 4,
  // No bound: tests that run side by side all begin at once.
  maxConcurrency: 1_000,
  // Against hanging only: the tests pass while other processes burn the cores.
  testTimeout: 600_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    // What `npm run build` made, as users get it.
    { ...shared, displayName: 'package', testMatch: ['<rootDir>/test/package/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'server',
      testMatch: ['<rootDir>/test/server/**/*.test.ts'],
      globalSetup: '<rootDir>/test/server/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/server/support/global-teardown.ts',
    },
  ],
};
