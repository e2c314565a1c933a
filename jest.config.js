import { availableParallelism } from 'node:os';

const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // The same condition that `tsx -C source` sets: workspace packages are tested from their sources.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
};
const withServers = {
  globalSetup: '<rootDir>/stack/src/testing/global-setup.ts',
  globalTeardown: '<rootDir>/stack/src/testing/global-teardown.ts',
};
const withSharedStack = {
  globalSetup: '<rootDir>/stack/src/testing/shared-stack-setup.ts',
  globalTeardown: '<rootDir>/stack/src/testing/shared-stack-teardown.ts',
  testEnvironment: '<rootDir>/stack/src/testing/shared-stack-environment.ts',
};

/** @type {import('jest').Config} */
export default {
  testTimeout: 30_000,
  // Of the tests of one spec that may run at the same time.
  maxConcurrency: availableParallelism(),
  projects: [
    // Pure logic, which needs no server.
    { ...common, displayName: 'unit', testMatch: ['**/*.unit.spec.ts'] },
    // One part with a real database and a real broker.
    {
      ...common,
      ...withServers,
      displayName: 'integration',
      testMatch: ['**/src/**/*.spec.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '\\.unit\\.spec\\.ts$',
        '<rootDir>/tests/src/',
        '<rootDir>/bench/src/',
      ],
    },
    // All services in one process, with thousands of orders of events.
    {
      ...common,
      displayName: 'simulation',
      testMatch: ['<rootDir>/tests/simulation/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.unit\\.spec\\.ts$'],
    },
    // Stories about the whole system, which they share: real processes, through the gateway.
    {
      ...common,
      ...withSharedStack,
      displayName: 'system',
      testMatch: ['<rootDir>/tests/src/*.spec.ts'],
    },
    // The rest takes minutes, and runs only if it is named; `.ci/run` does so.
    // A little of each scenario of the benchmark, on systems of its own.
    { ...common, displayName: 'bench', testMatch: ['<rootDir>/bench/src/*.spec.ts'] },
    // Stories of fans, operators and staff in Chromium, who share a system, too. That of a purchase is in `system`.
    {
      ...common,
      ...withSharedStack,
      displayName: 'browser',
      testMatch: ['<rootDir>/tests/src/browser/*.spec.ts'],
    },
    // Stories that need a system with other settings, stop its parts for long, or tamper with its data.
    { ...common, displayName: 'own-system', testMatch: ['<rootDir>/tests/src/own-system/*.spec.ts'] },
    // What operators do with a whole system, and what may happen to it.
    { ...common, displayName: 'rehearsals', testMatch: ['<rootDir>/tests/src/rehearsals/*.spec.ts'] },
  ],
};
