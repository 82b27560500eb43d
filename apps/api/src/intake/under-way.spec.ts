import * as importer from '../../../cli/src/intake/lane.js';
import { EVENTS_PER_REQUEST_MAX, REQUEST_BYTES_MAX } from '../limits.js';
import { UnderWay } from './under-way.js';

const LIMITED = expect.objectContaining({ code: 'rate.limited', isRetryable: true, params: { seconds: '1' } });
const nothing = async () => undefined;

/** Work that goes on until it is told to end. */
function held() {
  let end: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  return { work: () => ended, end: (error?: Error) => end(error) };
}

describe('What a client has under way', () => {
  test.each([
    ['events', { events: 10, bytes: 1 }],
    ['bytes', { events: 1, bytes: 100 }],
  ])('is bounded in %s; whoever passes it is refused before the work begins, and nobody else', async (_what, all) => {
    const underWay = new UnderWay({ events: 10, bytes: 100 });
    const { work, end } = held();
    const first = underWay.during('one', all, work);
    let isBegun = false;
    const late = underWay.during('one', { events: 1, bytes: 1 }, async () => {
      isBegun = true;
    });
    await expect(late).rejects.toEqual(LIMITED);
    expect(isBegun).toBe(false);
    expect(await underWay.during('two', all, async () => 'taken')).toBe('taken');
    end();
    await first;
    expect(await underWay.during('one', all, async () => 'taken')).toBe('taken');
  });

  test('is forgotten when it is over, also when it fails', async () => {
    const underWay = new UnderWay();
    const { work, end } = held();
    const failing = underWay.during('one', { events: 1, bytes: 1 }, work);
    expect(underWay.size).toBe(1);
    end(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    expect(underWay.size).toBe(0);
  });

  test('never keeps out a request of a client that has none, however large', async () => {
    const largest = { events: EVENTS_PER_REQUEST_MAX, bytes: REQUEST_BYTES_MAX };
    await expect(new UnderWay().during('one', largest, nothing)).resolves.toBeUndefined();
  });

  test.each([
    ['events', importer.EVENTS_PER_REQUEST_MAX, 1],
    ['bytes', 1, importer.LINE_BYTES_MAX + 1],
    ['both', importer.EVENTS_PER_REQUEST_MAX, Math.floor(importer.REQUEST_BYTES_MAX / importer.EVENTS_PER_REQUEST_MAX)],
  ])('has room for an import by itself: a request in each of its lanes, full of %s', async (_what, events, bytes) => {
    const underWay = new UnderWay();
    const { work, end } = held();
    const refused: unknown[] = [];
    let sent = 0;
    const send = async (batch: readonly importer.Sized[]): Promise<void> => {
      sent += 1;
      const request = { events: batch.length, bytes: batch.reduce((sum, one) => sum + one.bytes, 0) };
      await underWay.during('import', request, work).catch((error: unknown) => refused.push(error));
    };
    const lanes = Array.from({ length: importer.LANES }, () => new importer.Lane<importer.Sized>(send));
    for (const lane of lanes) {
      for (let added = 0; added < 2 * events; added++) lane.add({ client: 'import', bytes });
      lane.flush();
    }
    expect(sent).toBe(importer.LANES);
    end();
    await Promise.all(lanes.map((lane) => lane.drain()));
    expect(refused).toEqual([]);
  });
});
