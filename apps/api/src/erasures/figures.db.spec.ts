import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Replayer, readModels } from '#read-models';
import { simulate, type WireEvent } from '#simulation';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { tablesWith } from '../../../../test/support/canary.js';
import { type Answers, askAll, differing } from '../../../../test/support/data-set-answers.js';
import { ErasureBench, KEY_CACHE_MS } from '../../../../test/support/erasures.js';
import { readingSource } from '../../../../test/support/projection.js';

const EVENTS = 3_000;
const BATCH = 500;

const WAIT_MS = 120_000;
const LOOK_MS = 50;
const CANARY = 'canary-784-';
const PERSONS = 12;
const ERASED = 20;

interface Named {
  readonly entityId: string;
  readonly customerRef: string;
}

const NAMED = new Set(['transaction.received', 'enquiry.received'].map((noun) => `gov.sijill.${noun}.v1`));

/** Every request and every question is somebody's, and everybody has a name that can be looked for. */
const calledByName = (event: WireEvent, at: number): WireEvent =>
  NAMED.has(event.type) ? { ...event, data: { ...event.data, customerRef: `${CANARY}${at % PERSONS}` } } : event;

describe('The figures of a ledger in which persons were erased', () => {
  const year = [...simulate({ seed: 'erased-2026', events: EVENTS, programmes: true })].map(({ event }, at) =>
    calledByName(event, at),
  );
  const named = year.flatMap(({ data }) => ('customerRef' in data ? [data as unknown as Named] : []));
  let api: TestApi;
  let bench: ErasureBench;
  let source: DataSource;
  let before: Answers;
  let texts: readonly string[];
  const erasures: { id: string; subjectId: string }[] = [];

  const journal = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await api.get('regulator', `/v1/events?limit=1000${after}`);
      lines.push(...body.events.map((event: object) => JSON.stringify(event)));
      if (body.atHead) return lines;
      after = `&after=${body.next}`;
    }
  };
  /** Until every projection has taken in all that was recorded. */
  const settled = async () => {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await pause(LOOK_MS)) {
      const { projections } = (await api.get('operator', '/v1/projections')).body;
      const lags = projections.map(({ lagEvents }: { lagEvents: string }) => lagEvents);
      if (lags.length === readModels.length && lags.every((lag: string) => lag === '0')) return;
    }
    throw new Error('the projections do not arrive');
  };

  beforeAll(async () => {
    api = await startTestApi({ isProjecting: true, keyCacheMilliseconds: KEY_CACHE_MS });
    bench = await ErasureBench.over(api);
    for (let at = 0; at < year.length; at += BATCH) {
      const { body } = await api.post('steward', year.slice(at, at + BATCH));
      expect(body.rejected).toBe(0);
    }
    await settled();
    source = await readingSource(api.database, readModels);
    before = await askAll(source);
    texts = await journal();
    const persons = new Map(named.map((data) => [`${data.entityId} ${data.customerRef}`, data]));
    const wished = [...persons.values()].slice(0, ERASED).map(async ({ entityId, customerRef }) => {
      const id = await bench.wanted(customerRef, { entityId, eraseAfterDays: 0 });
      return bench.until(id, 'erased');
    });
    erasures.push(...(await Promise.all(wished)));
    await settled();
  }, 300_000);
  afterAll(async () => {
    await source?.destroy();
    await bench?.close();
    await api?.close();
  });

  test('are those from before, but for the events that say who was erased', async () => {
    const after = await askAll(source);
    expect(erasures).toHaveLength(ERASED);
    expect(differing(before, after)).toEqual({ measures: ['data_quality.events', 'data_quality.share'], entities: [] });
    const counted = await api.get('analyst', '/v1/datasets/data_quality?group=category&category=subject');
    expect(counted.body.rows).toMatchObject([{ category: 'subject', events: ERASED, findings: 0 }]);
  });

  test('come out of a journal in which not a byte of the earlier events has changed', async () => {
    const now = await journal();
    expect(now.slice(0, texts.length)).toEqual(texts);
    expect(now.slice(texts.length).map((line) => JSON.parse(line).type)).toEqual(
      Array(ERASED).fill('gov.sijill.subject.erased.v1'),
    );
  });

  test('are the same when every projection is built anew', async () => {
    const connectionString = api.database.url('sijill_worker');
    const replayer = new Replayer({ store: api.store, connectionString, models: readModels, owner: 'rebuilder' });
    replayer.start();
    for (const { name } of readModels) {
      const path = `/v1/projections/${name}/rebuilds`;
      let { body: rebuild } = await bench.send('operator', path, { dry_run: true });
      for (; ['waiting', 'running'].includes(rebuild.state); await pause(LOOK_MS))
        rebuild = (await api.get('operator', rebuild.href)).body;
      expect([name, rebuild.state, rebuild.parity?.isEqual]).toEqual([name, 'done', true]);
    }
    await replayer.stop();
  }, 300_000);

  test('never held what a person is called, before or after', async () => {
    expect(await tablesWith(bench.admin, CANARY)).toEqual([]);
    expect(await tablesWith(bench.admin, String(erasures[0]?.subjectId))).toContain('vault.erasure'); // it does find what is there
  });
});
