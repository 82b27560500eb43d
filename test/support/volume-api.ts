import {
  cloudEvent,
  entityRegistered,
  type Reply,
  serviceRegistered,
  startTestApi,
  type TestApi,
  transactionReceived,
} from './api.js';

/** An api with five transactions of three channels received, four of them completed. */
export interface VolumeApi {
  readonly api: TestApi;
  readonly head: string;
  /** Asks channel_volume, once it has read all of them. */
  ask(query: string, headers?: Record<string, string>): Promise<Reply>;
}

export async function startVolumeApi(): Promise<VolumeApi> {
  const api = await startTestApi({ isProjecting: true });
  await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
  const channels = ['app', 'app', 'app', 'web', 'counter'];
  const received = channels.map((channel, at) =>
    transactionReceived(`D-${at}`, { channel }, { time: `2026-0${(at % 2) + 1}-10T10:00:00+04:00` }),
  );
  const completed = received.slice(0, 4).map(({ data }) =>
    cloudEvent(
      'transaction.completed',
      {
        entityId: 'rta',
        number: (data as { number: string }).number,
        intended: true,
        delivery: 'electronic',
      },
      { time: '2026-03-01T10:00:00+04:00' },
    ),
  );
  const { body } = await api.post('integrator', [...received, ...completed]);
  expect(body.results.filter(({ status }: { status: string }) => status === 'rejected')).toEqual([]);
  const head = String(await api.store.head());
  const ask = (query: string, headers: Record<string, string> = {}) => {
    const tail = `${query.includes('?') ? '&' : '?'}min_position=${head}`;
    return api.get('analyst', `/v1/datasets/channel_volume${query}${tail}`, headers);
  };
  return { api, head, ask };
}
