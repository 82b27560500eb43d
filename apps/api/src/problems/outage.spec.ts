import { isOutage } from './outage.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('An error', () => {
  test.each(['08006', '53300', '57P01', '57P03', '57014', 'ECONNREFUSED', 'ECONNRESET'])(
    'of code %s is an outage, however deep it lies',
    (code) => {
      expect(isOutage(withCode(code))).toBe(true);
      expect(isOutage(new Error('query failed', { cause: withCode(code) }))).toBe(true);
      expect(isOutage(Object.assign(new Error('query failed'), { driverError: withCode(code) }))).toBe(true);
      expect(isOutage(new AggregateError([withCode(code)]))).toBe(true);
    },
  );

  test.each(['Connection terminated unexpectedly', 'Query read timeout'])('that says "%s" is an outage', (message) =>
    expect(isOutage(new Error(message))).toBe(true),
  );

  test.each(['42P01', '23505', '22P02', 'ENOENT', 'ERR_INVALID_ARG_TYPE'])('of code %s is a fault of ours', (code) =>
    expect(isOutage(withCode(code))).toBe(false),
  );

  test('that goes in a circle is looked through once', () => {
    const circle = new Error('x');
    circle.cause = circle;
    expect(isOutage(circle)).toBe(false);
  });
});
