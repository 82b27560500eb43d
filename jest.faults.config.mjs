import base from './jest.config.mjs';

// What is done to whole stacks: each test brings its own PostgreSQL, one stack at a time.
const { globalSetup: _setup, globalTeardown: _teardown, reporters: _reporters, ...faults } = base;
export default {
  ...faults,
  roots: ['<rootDir>/test/faults'],
  maxWorkers: 1,
  testSequencer: '<rootDir>/test/faults/sequencer.mjs',
};
