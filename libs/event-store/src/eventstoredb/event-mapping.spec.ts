import { fresh32, plain, sample } from '../contract/fixtures.contract.js';
import type { NewEvent } from '../port.js';
import type { RecordedEvent } from './driver.js';
import { idOf, isOfTheServer, proposed, stored } from './event-mapping.js';

const ID_OF_SEVENS = '52391c38-16d6-8e8a-9fde-f5a97d73820d';
const RECORDED = '2026-02-03T00:05:06.123456Z';

/** As the server gives back what was proposed. */
const returned = (event: NewEvent, members: Partial<RecordedEvent> = {}): RecordedEvent => {
  const { type, data, metadata } = proposed(event, RECORDED);
  const place = { stream: 'sample-1', revision: 3n, commit: 4_711n, prepare: 4_711n };
  return { ...place, type, data, isJson: false, metadata, ...members };
};
const changed = (members: Record<string, unknown>) => {
  const event = returned(sample());
  return { ...event, metadata: JSON.stringify({ ...JSON.parse(event.metadata), ...members }) };
};

describe('An event in EventStoreDB', () => {
  test('comes back as it went in, with its place and its recording time', () => {
    for (const event of [
      sample(),
      sample({ correlation: 'corr-1', causation: 'urn:x#2' }),
      sample({ causation: 'c' }),
    ]) {
      const back = stored(returned(event));
      expect(plain(back as NewEvent)).toEqual(plain(event));
      expect(back).toMatchObject({ stream: 'sample-1', revision: 3n, position: 4_711n, recorded: RECORDED });
      expect(back).toMatchObject({ isWithheld: false });
    }
  });

  test('has an id that belongs to the attempt: version 8 of a UUID over the salt', () => {
    const salt = new Uint8Array(32).fill(7);
    // printf 'sijill/v1/esdb-id\0' and 32 bytes of 7 through sha256sum, version and variant bits set by hand
    expect(idOf(salt)).toBe(ID_OF_SEVENS);
    expect(idOf(fresh32())).not.toBe(idOf(fresh32()));
    expect(proposed(sample({ salt }), RECORDED).id).toBe(ID_OF_SEVENS);
  });

  test('that was withheld has no payload and no salt any more', () => {
    const event = changed({ withheld: '1', salt: '' });
    expect(stored(event)).toMatchObject({ isWithheld: true, data: new Uint8Array(), salt: new Uint8Array() });
  });

  test.each<[what: string, event: RecordedEvent]>([
    ['it is JSON', returned(sample(), { isJson: true })],
    ['it has no metadata', returned(sample(), { metadata: '' })],
    ['its metadata are no JSON', returned(sample(), { metadata: '{' })],
    ['its metadata are of another shape', changed({ sijill: '2' })],
    ['a member is missing', changed({ source: undefined })],
    ['a member is no text', changed({ time: 12 })],
    ['a member that nobody knows is no text', changed({ extra: 1 })],
    ['its salt is short', changed({ salt: `${'A'.repeat(42)}=` })],
    ['its salt is long', changed({ salt: `${'A'.repeat(44)}=` })],
    ['its salt is no base64', changed({ salt: `${'!'.repeat(43)}=` })],
    ['its MAC is short', changed({ request_mac: `${'A'.repeat(42)}=` })],
    ['its recording time has other digits', changed({ recorded: '2026-02-03T00:05:06.123Z' })],
    ['its stream has no category', returned(sample(), { stream: 'elsewhere' })],
    ['its stream has a category that we would not write', returned(sample(), { stream: 'Elsewhere-1' })],
    ['it stands where no stream of ours ends', returned(sample(), { revision: 50_000n })],
  ])('is not of the journal when %s', (_what, event) => {
    expect(stored(event)).toBeUndefined();
  });

  test.each<[string, Partial<RecordedEvent>]>([
    ['without a position', { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n }],
    ['prepared elsewhere than committed', { prepare: 4_000n }],
  ])('that is ours and was %s stops the reader', (_what, place) => {
    expect(() => stored(returned(sample(), place))).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
  });

  test.each([
    ['sample-1', 'gov.sijill.sample.made.v1', false],
    ['$stats-127.0.0.1:2113', '$statsCollected', true],
    ['$$$stats-127.0.0.1:2113', '$metadata', true],
    ['$ce-sample', '$>', true],
    ['$$$ce-sample', '$metadata', true],
    ['$scavenges', '$scavengeStarted', true],
    ['elsewhere', '$>', true],
    // What somebody did to a stream of ours.
    ['$$sample-1', '$metadata', false],
    ['sample-1', '$streamDeleted', false],
    ['sample-1', '$>', false],
  ])('in %s of type %s is of the server: %s', (stream, type, expected) => {
    expect(isOfTheServer({ ...returned(sample()), stream, type })).toBe(expected);
  });
});
