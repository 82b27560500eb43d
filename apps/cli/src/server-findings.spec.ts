import { type Host, hostFindings } from './host-findings.js';
import { clockFinding, projectionFinding, readyFinding } from './server-findings.js';

const host: Host = {
  nodeVersion: '20.19.0',
  dataDirectory: '/data',
  folder: { ownerUid: 7, freeBytes: 15, totalBytes: 100 },
  ownUid: 7,
};
const projection = {
  ...{ name: 'paper', version: 1, state: 'live', position: '5', head: '9' },
  ...{ lagEvents: '10000', lagSeconds: 600 },
};
const now = Date.UTC(2026, 0, 1);

describe('What is found of a machine', () => {
  test('is good at its limits', () => {
    expect(hostFindings(host).filter(({ isGood }) => !isGood)).toEqual([]);
    expect(hostFindings({ ...host, ownUid: undefined }).every(({ isGood }) => isGood)).toBe(true);
  });

  test.each<[string, Partial<Host>, subject: string, detail: string]>([
    ['an old Node', { nodeVersion: '18.20.1' }, 'Node', '18.20.1'],
    ['no data directory', { folder: undefined }, 'data directory', '/data is not there'],
    ["somebody else's", { ownUid: 8 }, 'data directory', '/data belongs to uid 7'],
    ['a full disk', { folder: { ownerUid: 7, freeBytes: 14, totalBytes: 100 } }, 'disk', '0 GiB free, 14 %'],
  ])('%s is bad', (_, change, subject, detail) => {
    const bad = hostFindings({ ...host, ...change }).filter(({ isGood }) => !isGood);
    expect(bad).toEqual([{ subject, detail, isGood: false, remedy: expect.any(String) }]);
  });
});

describe('What is found of a server', () => {
  test('is its own list of what is not ready', () => {
    expect(readyFinding('http://x', 200, '{}')).toMatchObject({ isGood: true, detail: 'http://x is ready' });
    const list = '{"store":"away"}';
    expect(readyFinding('http://x', 503, list)).toMatchObject({
      isGood: false,
      detail: `http://x answers 503: ${list}`,
    });
  });

  test.each([
    [60, true],
    [-60, true],
    [61, false],
    [-61, false],
  ])('a clock %s s away from ours: good is %s', (seconds, isGood) => {
    expect(clockFinding(new Date(now + seconds * 1_000).toUTCString(), now).isGood).toBe(isGood);
  });

  test('without a time is bad', () => {
    expect(clockFinding(null, now)).toMatchObject({ isGood: false, detail: 'the server tells no time' });
  });

  test('a projection may be 10,000 events behind, not one more', () => {
    expect(projectionFinding(projection)).toMatchObject({ isGood: true, detail: 'live, 10000 events behind' });
    expect(projectionFinding({ ...projection, lagEvents: '10001' }).isGood).toBe(false);
  });

  test('where nobody can count the events it may be a minute of recording time behind, not a second more', () => {
    const behind = (lagSeconds: number | null) => projectionFinding({ ...projection, lagEvents: null, lagSeconds });
    expect(behind(60)).toMatchObject({ isGood: true, detail: 'live, 60 s behind' });
    expect(behind(61).isGood).toBe(false);
    expect(behind(null)).toMatchObject({ isGood: false, detail: 'live, the whole journal behind' });
  });

  test('a parked projection is bad, and the way out depends on why', () => {
    const parkedBy = (code: string) => projectionFinding({ ...projection, parked: { position: '6', code } });
    expect(parkedBy('fold.failed')).toMatchObject({ isGood: false, detail: 'parked at 6: fold.failed' });
    expect(parkedBy('fold.failed').remedy).toContain('sijill events get 6');
    expect(parkedBy('journal.rolledBack').remedy).toContain('sijill projections rebuild --rolled-back --yes');
  });
});
