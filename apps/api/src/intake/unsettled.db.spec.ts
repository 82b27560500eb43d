import {
  cloudEvent,
  entityRegistered,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from '../../../../test/support/api.js';
import { awayFor } from '../../../../test/support/away-store.js';

const streams = new Set<string>();
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ through: awayFor(streams) });
});
afterAll(() => api.close());

interface Result {
  readonly status: string;
  readonly problem?: { readonly code: string; readonly retryable: boolean };
}
const said = ({ results }: { results: Result[] }) => results.map(({ status, problem }) => problem?.code ?? status);

describe('When the store cannot be reached for an item of a batch', () => {
  test('later items of its stream are not tried without it, its neighbours are, and the repeat records all in order', async () => {
    await api.post('steward', [entityRegistered('unsettled'), serviceRegistered('unsettled-permit', 'unsettled')]);
    const source = { source: 'urn:sijill:unsettled:desk' };
    const place = { entityId: 'unsettled', serviceId: 'unsettled-permit' };
    const { feeDue: _fee, ...started } = { number: 'U-1', channel: 'app', feeDue: '0' };
    const batch = [
      cloudEvent('transaction.started', { ...started, ...place }, source),
      transactionReceived('U-1', place, source),
      transactionReceived('U-2', place, source),
    ];
    streams.add('transaction-unsettled:U-1');
    const first = await api.post('steward', batch);
    expect(said(first.body)).toEqual(['store.unavailable', 'store.unavailable', 'created']);
    expect(first.body.results[1].problem.retryable).toBe(true);
    expect(await api.store.readWhole('transaction-unsettled:U-1')).toEqual([]);
    expect(said((await api.post('steward', batch)).body)).toEqual(['created', 'created', 'duplicate']);
  });

  test('items that refer to its stream are worth repeating, not refused for good', async () => {
    const batch = [entityRegistered('away'), serviceRegistered('away-permit', 'away')];
    streams.add('entity-away');
    const first = await api.post('steward', batch);
    expect(said(first.body)).toEqual(['store.unavailable', 'store.unavailable']);
    expect(said((await api.post('steward', batch)).body)).toEqual(['created', 'created']);
  });

  test.each(['store.full', 'store.denied', 'store.corrupt'] as const)(
    'a store that somebody has to mend (%s) holds back what comes after, too',
    async (code) => {
      const full = await startTestApi({ through: awayFor(streams, new Set(), code) });
      try {
        await full.post('steward', [entityRegistered('full'), serviceRegistered('full-permit', 'full')]);
        const place = { entityId: 'full', serviceId: 'full-permit' };
        const [source, started] = [{ source: 'urn:sijill:full:desk' }, { number: 'F-1', channel: 'app' }];
        const batch = [
          cloudEvent('transaction.started', { ...started, ...place }, source),
          transactionReceived('F-1', place, source),
        ];
        streams.add('transaction-full:F-1');
        expect(said((await full.post('steward', batch)).body)).toEqual([code, code]);
        expect(said((await full.post('steward', batch)).body)).toEqual(['created', 'created']);
      } finally {
        await full.close();
      }
    },
  );
});
