import type { TestApi } from '../../../../test/support/api.js';
import { startVolumeApi, type VolumeApi } from '../../../../test/support/volume-api.js';

const PATH = '/v1/datasets/channel_volume';

let api: TestApi;
let ask: VolumeApi['ask'];
beforeAll(async () => {
  ({ api, ask } = await startVolumeApi());
});
afterAll(() => api.close());

let posted = 0;
const say = (past: string, data: object) =>
  api.post('steward', {
    ...{ specversion: '1.0', type: `gov.sijill.dataset.${past}.v1`, source: 'urn:sijill:sdd:desk' },
    ...{ id: `release-${posted++}`, time: '2026-03-01T09:00:00+04:00', data: { dataset: 'channel_volume', ...data } },
  });
const released = (threshold: number, from = '2026-03-01') => say('released', { licence: 'CC-BY-4.0', threshold, from });
const recalled = () => say('recalled', { reason: { ar: 'خطأ', en: 'A fault' } });
const statusOf = async (path: string) => (await api.get(null, path)).status;

describe('A data set that is not released', () => {
  test('is read with a token alone, whatever its name', async () => {
    expect(await statusOf(PATH)).toBe(401);
    expect(await statusOf(`${PATH}.csv`)).toBe(401);
    expect(await statusOf('/v1/datasets/none')).toBe(401);
  });
  test('is released by a steward alone', async () => {
    const event = {
      specversion: '1.0',
      type: 'gov.sijill.dataset.released.v1',
      source: 'urn:sijill:rta:core',
      id: 'x',
    };
    const data = { dataset: 'channel_volume', licence: 'CC0', threshold: 0, from: '2026-03-01' };
    expect((await api.post('integrator', { ...event, time: '2026-03-01T09:00:00Z', data })).status).toBe(403);
    expect(await statusOf(PATH)).toBe(401);
  });
});

describe('A released data set', () => {
  test('[SHR-9] is read by everybody, with licence and small counts suppressed, until it is recalled', async () => {
    expect((await released(5)).status).toBe(201);
    const { status, body, headers } = await api.get(null, `${PATH}?group=channel`);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBeNull();
    expect(body.meta.release).toEqual({
      dataset: 'channel_volume',
      licence: 'CC-BY-4.0',
      threshold: 5,
      from: '2026-03-01',
    });
    const whole = (await ask('?group=channel')).body.rows as Readonly<Record<string, unknown>>[];
    const small = whole.filter(({ received }) => Number(received) > 0 && Number(received) < 5);
    expect(small.length).toBeGreaterThan(0);
    for (const { channel } of small) {
      const shown = body.rows.find((row: { channel: string }) => row.channel === channel);
      expect([shown.received, shown.suppressed]).toEqual([null, expect.arrayContaining(['received'])]);
    }
    expect((await api.get(null, `${PATH}.csv?group=channel`)).text).toContain('suppressed');
    expect((await recalled()).status).toBe(201);
    expect(await statusOf(PATH)).toBe(401);
  });
  test('[SHR-9] is not public before its day', async () => {
    await released(5, '2199-01-01');
    expect(await statusOf(PATH)).toBe(401);
  });
  test('shows its rows alone: no events behind them, no replays', async () => {
    await released(0);
    expect(await statusOf(PATH)).toBe(200);
    expect(await statusOf(`${PATH}/events`)).toBe(401);
    expect(await statusOf(`${PATH}?replay=1`)).toBe(401);
    expect((await api.get(null, PATH, { authorization: 'Bearer none' })).status).toBe(401);
    expect((await api.get('integrator', PATH)).status).toBe(403);
  });
  test('is whole for those whose role reads it', async () => {
    await released(1000);
    const { body } = await ask('?group=channel');
    expect(body.meta).not.toHaveProperty('release');
    expect(body.rows.every((row: object) => !('suppressed' in row))).toBe(true);
  });
});
