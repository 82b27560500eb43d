import { EVENTS_PER_REQUEST_MAX, REQUEST_BYTES_MAX } from '../limits.js';
import { SHARE, UnderWay } from './under-way.js';

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

  test('has room for what an import keeps on its way: four requests of 500 events and 2 MiB', () => {
    expect([4 * 500 <= SHARE.events, 4 * 2 * 1024 * 1024 <= SHARE.bytes]).toEqual([true, true]);
  });
});
