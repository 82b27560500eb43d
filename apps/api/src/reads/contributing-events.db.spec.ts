import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { TestApi } from '../../../../test/support/api.js';
import { startVolumeApi, type VolumeApi } from '../../../../test/support/volume-api.js';

let api: TestApi;
let head: string;
let ask: VolumeApi['ask'];
beforeAll(async () => {
  ({ api, head, ask } = await startVolumeApi());
});
afterAll(() => api.close());

describe('The events behind a number', () => {
  const question = '/events?channel=counter&basis=receipt';

  test('are told with their place in the journal and what each added', async () => {
    const { body } = await ask(question);
    const [first] = body.events;
    expect(first).toMatchObject({
      stream: 'transaction-rta:D-4',
      revision: '0',
      type: 'gov.sijill.transaction.received.v1',
      source: 'urn:sijill:rta:counter',
      time: '2026-01-10T10:00:00+04:00',
      effectiveDay: '2026-01-10',
      deltas: { received: '1' },
    });
    const recorded = await api.store.readAt(BigInt(first.position));
    expect([first.stream, first.revision, first.id, first.recordedAt]).toEqual([
      recorded?.stream,
      String(recorded?.revision),
      recorded?.id,
      recorded?.recorded,
    ]);
    expect(body.meta).toMatchObject({ asOfPosition: head, dataset: 'channel_volume' });
  });

  test('add up to the number', async () => {
    const [{ body: figure }, { body: behind }] = [await ask('?channel=app'), await ask('/events?channel=app')];
    const sum = (measure: string) =>
      (behind.events as { deltas: Record<string, string> }[]).reduce(
        (all, { deltas }) => all + Number(deltas[measure] ?? 0),
        0,
      );
    const { received, completed } = figure.rows[0];
    expect([sum('received'), sum('completed')]).toEqual([Number(received), Number(completed)]);
    expect(Number(received)).toBe(3);
  });

  test('show their data only to those who may read the journal', async () => {
    const path = `/v1/datasets/channel_volume${question}&min_position=${head}`;
    expect((await api.get('analyst', path)).body.events[0]).not.toHaveProperty('data');
    expect((await api.get('regulator', path)).body.events[0].data).toMatchObject({ number: 'D-4', feeDue: '35000' });
  });

  test('are paged in order, a hundred unless asked otherwise and never more than a thousand', async () => {
    const whole = await ask('/events?basis=receipt');
    const collected: unknown[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { events: unknown[]; next: string | null } } = await ask(
        `/events?basis=receipt&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.body.events.length).toBeLessThanOrEqual(2);
      collected.push(...page.body.events);
      cursor = page.body.next;
    } while (cursor !== null);
    expect(collected).toEqual(whole.body.events);
    expect(collected.length).toBeGreaterThan(4);
    expect((await ask('/events?limit=1001')).body).toMatchObject({
      code: 'query.invalid',
      errors: [{ pointer: '#/query/limit', expected: '1 to 1000' }],
    });
  });

  test('are a file as well, whole and with its digest', async () => {
    const { body } = await ask('/events?basis=receipt');
    const file = await ask('/events.csv?basis=receipt&limit=1');
    expect((await ask('/events?basis=receipt', { accept: 'text/csv' })).text).toBe(file.text);
    expect(file.headers.get('content-length')).toBe(String(Buffer.byteLength(file.text)));
    expect(file.headers.get('repr-digest')).toBe(
      `sha-256=:${createHash('sha256').update(file.text).digest('base64')}:`,
    );
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="channel_volume-events.csv"');
    const rows = parse(file.text, { columns: true }) as Record<string, string>[];
    const places = (list: Record<string, unknown>[]) =>
      list.map(({ position, recordedAt, type }) => [position, recordedAt, type]);
    expect(places(rows)).toEqual(places(body.events));
    expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(['received', 'fee_due', 'fee_due_dirham']));
    expect(Object.keys(rows[0] ?? {})).not.toContain('data');
  });
});
