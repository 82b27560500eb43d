import { readEventStore } from './open-event-store.js';

describe('The address of the journal', () => {
  test('is the database of the ledger unless it is said', () => expect(readEventStore(undefined)).toBe('postgres'));

  test.each([
    'postgres',
    'esdb://localhost:2113?tls=false',
    'esdb+discover://cluster.example:2113',
    'kurrentdb://one:2113,two:2113,three:2113',
    'kurrentdb+discover://admin:secret@cluster.example',
  ])('may be %s', (text) => expect(readEventStore(text)).toBe(text));

  test.each(['', 'esdb', 'esdb://', 'postgres://localhost/sijill', 'ESDB://localhost', 'http://localhost:2113'])(
    'may not be "%s"',
    (text) => expect(() => readEventStore(text)).toThrow('SIJILL_EVENT_STORE is "'),
  );

  test('is not repeated beyond its scheme, for the rest may be a password', () => {
    expect(() => readEventStore('mysql://admin:secret@host')).toThrow(/^(?!.*secret).*"mysql…"/);
  });
});
