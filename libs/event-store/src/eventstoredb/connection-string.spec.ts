import { Failure } from '#kernel';
import { parseConnectionString } from './connection-string.js';

const refusalOf = (text: string): Failure => {
  try {
    parseConnectionString(text);
  } catch (error) {
    return error as Failure;
  }
  throw new Error('was taken');
};

describe('A connection string', () => {
  test('names a node, TLS and the port that servers have by default', () => {
    expect(parseConnectionString('esdb://node-1')).toEqual({
      nodes: [{ address: 'node-1', port: 2_113 }],
      isDiscovered: false,
      isSecure: true,
      keepAliveMs: 10_000,
      keepAliveTimeoutMs: 10_000,
      discoveries: 3,
      name: 'esdb://node-1',
    });
  });

  test('names a cluster under the old and under the new name of the server', () => {
    const text = 'kurrentdb+discover://ledger:p%40ss%3Aword@a:1,b.example:2/?tlsCAFile=%2Fca.pem&nodePreference=leader';
    expect(parseConnectionString(text)).toMatchObject({
      nodes: [
        { address: 'a', port: 1 },
        { address: 'b.example', port: 2 },
      ],
      isDiscovered: true,
      credentials: { username: 'ledger', password: 'p@ss:word' },
      caFile: '/ca.pem',
      name: 'esdb+discover://a:1,b.example:2',
    });
    expect(parseConnectionString('kurrentdb://[::1]:9?tls=false').nodes).toEqual([{ address: '[::1]', port: 9 }]);
  });

  test.each([
    ['esdb://ledger:hunter2@a?tls=false', 'a password needs tls'],
    ['esdb://ledger@a', 'credentials are user:password'],
    ['esdb://ledger:hunter2%zz@a', 'percent-encoded'],
    ['esdb://ledger:hunter2@a?tlsVerifyCert=false', 'tlsVerifyCert=false is not possible'],
    ['esdb://ledger:hunter2@a?nodePreference=follower', 'nodePreference is leader'],
    ['esdb://ledger:hunter2@a?tls=yes', 'tls is true or false'],
    ['esdb://ledger:hunter2@a?keepAliveInterval=-1', 'keepAliveInterval is a whole number'],
    ['esdb://ledger:hunter2@a?keepAliveInterval=500', 'keepAliveInterval is a whole number'],
    ['esdb://ledger:hunter2@a?userKeyFile=x', 'go together'],
    ['esdb://ledger:hunter2@a?throwOnAppendFailure=false', 'throwOnAppendFailure is not an option'],
    ['esdb://ledger:hunter2@a?hunter2%20=1', 'an option is not an option'],
    ['esdb://ledger:hunter2@a:99999', 'a host is'],
    ['esdb://ledger:hunter2@', 'esdb://[user'],
    ['postgres://ledger:hunter2@a/db', 'esdb://[user'],
    ['', 'esdb://[user'],
  ])('%s is refused, and the refusal does not repeat the password', (text, reason) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: 'store.unsafe', params: { needed: expect.stringContaining(reason) } });
    expect(JSON.stringify([refusal.message, refusal.params, refusal.text('en'), refusal.text('ar')])).not.toContain(
      'hunter2',
    );
  });
});
