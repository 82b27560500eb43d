import { negotiated } from './negotiation.js';

const OFFERED = { json: 'application/json', jsonld: 'application/ld+json', ttl: 'text/turtle' };

describe('The format of an answer', () => {
  test.each<[accept: string | undefined, format: string]>([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['text/turtle', 'ttl'],
    ['TEXT/Turtle; charset=utf-8', 'ttl'],
    ['text/*', 'ttl'],
    ['application/*;q=0.5, text/turtle;q=0.4', 'json'],
    ['application/*;q=0.5, text/turtle;q=0.6', 'ttl'],
    ['text/turtle;q=0.2, application/json', 'json'],
    ['text/turtle, application/ld+json', 'ttl'],
    ['application/ld+json, text/turtle', 'jsonld'],
    ['*/*, text/turtle', 'ttl'],
    ['application/json;q=0, */*', 'jsonld'],
    ['application/*;q=0, */*;q=0.1', 'ttl'],
    ['text/turtle;q=2, application/ld+json;q=0.1', 'jsonld'],
  ])('for Accept %j is %s', (accept, format) => expect(negotiated(accept, OFFERED)).toBe(format));

  test.each([
    'text/html',
    'application/json;q=0, application/ld+json;q=0, text/turtle;q=0',
    '*/*;q=0',
    'turtle',
    'text/turtle;q=x',
  ])('for Accept %j is none, and the problem says what there is', (accept) =>
    expect(() => negotiated(accept, OFFERED)).toThrow(
      expect.objectContaining({
        code: 'media.notAcceptable',
        params: { offered: 'application/json, application/ld+json, text/turtle', received: accept },
      }),
    ),
  );
});
