import base from './jest.config.mjs';

// The rules of the house: no database, no build, seconds.
const { globalSetup: _setup, globalTeardown: _teardown, reporters: _reporters, ...rules } = base;
export default {
  ...rules,
  roots: ['<rootDir>/test'],
  testRegex: String.raw`test/(architecture|shape|lock|generated|docs|requirements)\.spec\.ts$`,
};
