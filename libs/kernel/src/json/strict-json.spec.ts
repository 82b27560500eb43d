import fc from 'fast-check';
import { parseJson } from './strict-json.js';

test('smoke', () => {
  fc.assert(
    fc.property(fc.json(), (t) => {
      let v;
      try {
        v = parseJson(Buffer.from(t));
      } catch (e: any) {
        if (!/number|forbidden/.test(e.code)) throw e;
        return;
      }
      expect(v).toEqual(JSON.parse(t));
    }),
    { numRuns: 2000 },
  );
});
