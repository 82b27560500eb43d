import fc from 'fast-check';
import { sample } from '../contract/fixtures.contract.js';
import { AS_WE_SPELL, metadataOf, ownMetadata } from './event-mapping.js';

const RUNS = 2_000;
const RECORDED = '2026-02-03T00:05:06.123456Z';

const spelled = (members: Parameters<typeof sample>[0] = {}): string => metadataOf(sample(members), RECORDED);
const links = [
  {},
  { correlation: 'corr-1' },
  { causation: 'urn:x#2' },
  { correlation: 'corr-1', causation: 'urn:x#2' },
] as const;
/** With a space before them they are the same JSON, and not spelled as we spell. */
const parsed = (text: string) => ownMetadata(` ${text}`);

describe('Metadata of ours', () => {
  test.each(links)('are known by their spelling: with %j', (members) => {
    const text = spelled(members);
    expect(AS_WE_SPELL.test(text)).toBe(true);
    expect(ownMetadata(text)).toMatchObject({ recorded: RECORDED, isWithheld: false, ...members });
  });

  test('mean the same however they are spelled', () => {
    for (const members of links) {
      const text = spelled(members);
      const backwards = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()));
      for (const other of [JSON.stringify(JSON.parse(text), null, 2), backwards, text.replaceAll('s', '\\u0073')]) {
        expect(AS_WE_SPELL.test(other)).toBe(false);
        expect(ownMetadata(other)).toEqual(ownMetadata(text));
      }
    }
  });

  test('are taken for ours by their spelling only where they are by their members, whatever is changed in them', () => {
    const change = fc.record({
      members: fc.constantFrom(...links),
      at: fc.nat(500),
      cut: fc.nat(3),
      put: fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('"', '"}', ',"withheld":"1"', '\\', '\u0000', 'é', ' '),
      ),
    });
    let ours = 0;
    const isTheSame = ({ members, at, cut, put }: { members: object; at: number; cut: number; put: string }) => {
      const text = spelled(members);
      const changed = text.slice(0, at) + put + text.slice(at + cut);
      if (ownMetadata(changed)) ours++;
      expect(ownMetadata(changed)).toEqual(parsed(changed));
    };
    fc.assert(fc.property(change, isTheSame), { numRuns: RUNS });
    expect(ours).toBeGreaterThan(RUNS / 10);
    expect(ours).toBeLessThan(RUNS);
  });

  test('of a withheld event need no salt', () => {
    const text = JSON.stringify({ ...JSON.parse(spelled()), salt: '', withheld: '1' });
    expect(ownMetadata(text)).toMatchObject({ isWithheld: true });
  });

  test.each(['', '{', 'null', '7', '[]', '"sijill"', '{"sijill":1}', '{"sijill":"1"}'])('are not %j', (text) => {
    expect(ownMetadata(text)).toBeUndefined();
  });
});
