import { readPublicUrl } from './public-url.js';

describe('SIJILL_PUBLIC_URL', () => {
  test.each([
    ['https://ledger.example.ae', 'https://ledger.example.ae'],
    ['https://Ledger.Example.ae:443/', 'https://ledger.example.ae'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://سجل.امارات', 'https://xn--rgbn6c.xn--mgbaam7a8h'],
  ])('%s stands for %s', (text, url) => expect(readPublicUrl(text)).toBe(url));

  test.each([undefined, ''])('may be left out (%j)', (text) => expect(readPublicUrl(text)).toBeUndefined());

  test.each([
    ...[
      'ledger.example.ae',
      'ftp://ledger.example.ae',
      'https://',
      'https://a b',
      'https://user:word@ledger.example.ae',
    ],
    ...[
      'https://ledger.example.ae/sijill',
      'https://ledger.example.ae?x',
      'https://ledger.example.ae#x',
      'javascript:alert(1)',
    ],
  ])('%j is refused by name, with what it may hold', (text) =>
    expect(() => readPublicUrl(text)).toThrow(
      `SIJILL_PUBLIC_URL is "${text}": an address like https://ledger.example.ae, without a path`,
    ),
  );
});
