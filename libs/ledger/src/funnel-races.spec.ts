import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, MemoryEventStore } from '#event-store';
import { Failure } from '#kernel';
import {
  execute,
  failureCodeOf,
  nextId,
  ObservedStore,
  patient,
  post,
  provenanceOf,
  STREAM,
  submitted,
} from './funnel.given.contract.js';
import { ATTEMPTS_MAX } from './funnel.js';
import { serviceStream } from './service/service.stream.js';
import type { Fact } from './stream.js';
import { completed, received, step } from './transaction/transaction.given.contract.js';
import { transactionStream } from './transaction/transaction.stream.js';

const bound = (target: object, name: string | symbol): unknown => {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
};

describe('Races for one stream', () => {
  let store: ObservedStore;
  beforeEach(() => {
    store = new ObservedStore();
  });

  test('decides again on what a racer wrote', async () => {
    await post(store, received());
    store.before = () => post(store, completed());
    expect(await failureCodeOf(post(store, completed({ delivery: 'paper' })))).toBe('transaction.closed');
    expect(await store.readWhole(STREAM)).toHaveLength(2);
  });

  test('opens behind a racer that opened first, when the rule allows both', async () => {
    store.before = () => post(store, received());
    expect(await post(store, received())).toMatchObject({ revision: 0n, isDuplicate: true });
  });

  test('gives up after five lost races, each with a pause between', async () => {
    await post(store, received());
    const fact = step({ stepId: 'mine' });
    const provenance = provenanceOf(fact, 'e-mine');
    let racers = 0;
    const losing = new Proxy(store, {
      get: (target, name) =>
        name === 'append'
          ? async (...args: Parameters<EventStore['append']>) => {
              await post(target, step({ stepId: `racer-${++racers}` }));
              return target.append(...args);
            }
          : bound(target, name),
    });
    expect(await failureCodeOf(execute(losing, transactionStream, submitted(fact), provenance))).toBe(
      'stream.conflict',
    );
    expect(racers).toBe(ATTEMPTS_MAX);
    expect(provenance.pauses).toEqual([1, 2, 3, 4]);
    expect(await store.readWhole(STREAM)).toHaveLength(1 + ATTEMPTS_MAX);
  });

  test('calls its own write its own when the store told of a conflict with it', async () => {
    await post(store, received());
    const fact = step();
    const lying = new Proxy(store, {
      get: (target, name) =>
        name === 'append'
          ? async (...args: Parameters<EventStore['append']>) => {
              await target.append(...args);
              throw new Failure('stream.conflict', { kind: 'conflict', ar: 'تعارض', en: 'Conflict.' });
            }
          : bound(target, name),
    });
    const answer = await execute(lying, transactionStream, submitted(fact), provenanceOf(fact, 'e-own'));
    expect(answer).toMatchObject({ revision: 1n, isDuplicate: false });
  });

  test('lets 20 racers append to one stream, one behind the other and none twice', async () => {
    await post(store, received());
    const racers = Array.from({ length: 20 }, (_, index) => step({ stepId: `s-${index}` }));
    const answers = await Promise.all(racers.map((fact) => patient(store, fact)));
    expect(answers.map(({ revision }) => revision).sort((a, b) => Number(a - b))).toEqual(
      Array.from({ length: 20 }, (_, index) => BigInt(index + 1)),
    );
    expect(await store.readWhole(STREAM)).toHaveLength(21);
  });

  test('lets one of 20 racers open a stream; the others are told where', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(store, received())));
    expect(answers.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
    expect(await store.readWhole(STREAM)).toHaveLength(1);
  });

  test('lets one of 20 outcomes stand', async () => {
    await post(store, received());
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        failureCodeOf(patient(store, completed({ delivery: index % 2 ? 'paper' : 'electronic' })).then(() => 'told')),
      ),
    );
    expect(await store.readWhole(STREAM)).toHaveLength(2);
    expect(codes.filter((code) => code === 'told')).toHaveLength(10);
    expect(codes.filter((code) => code === 'transaction.closed')).toHaveLength(10);
  });
});

describe('Who may write to a stream', () => {
  const store = new MemoryEventStore();
  const by = (source: string, isSteward = false, fact = received({ platformId: 'dubai-now' })) =>
    failureCodeOf(
      execute(
        store,
        transactionStream,
        submitted({ ...fact, source }, isSteward),
        provenanceOf({ ...fact, source }, nextId()),
      ),
    );

  test('not another entity', async () => expect(await by('urn:sijill:dewa:core')).toBe('source.notOwner'));
  test('not a platform that the data do not name', async () =>
    expect(await by('urn:sijill:smart-dubai:now', false, received())).toBe('source.notOwner'));
  test('the operator of the platform, the owner, a steward', async () => {
    expect(await by('urn:sijill:smart-dubai:now')).toMatchObject({ revision: 0n, isDuplicate: false });
    expect(await by('urn:sijill:rta:core')).toMatchObject({ isDuplicate: true });
    expect(await by('urn:sijill:registry:desk', true)).toMatchObject({ isDuplicate: true });
  });
  test('only a steward, where the event is a decision', async () => {
    const registered = {
      serviceId: 'x',
      ownerEntityId: 'rta',
      title: { ar: 'خ' },
      kind: 'shared',
      flow: 'customer',
      critical: false,
      status: 'active',
      from: '2020-01-01',
    };
    const base = {
      time: '2020-01-01T00:00:00Z',
      source: 'urn:sijill:rta:core',
      recorded: '2020-01-01T00:00:00.000000Z',
    };
    const opened = { ...base, type: 'gov.sijill.service.registered.v1', data: registered };
    const moved = {
      ...base,
      type: 'gov.sijill.service.transferred.v1',
      data: { serviceId: 'x', toEntityId: 'dm', from: '2021-01-01' },
    };
    const run = (fact: Fact, isSteward: boolean) =>
      failureCodeOf(execute(store, serviceStream, submitted(fact, isSteward), provenanceOf(fact, nextId())));
    expect(await run(opened, false)).toMatchObject({ revision: 0n });
    expect(await run(moved, false)).toBe('role.forbidden');
    expect(await run(moved, true)).toMatchObject({ revision: 1n });
    expect(
      await run(
        {
          ...opened,
          type: 'gov.sijill.service.retired.v1',
          data: { serviceId: 'x', from: '2022-01-01', reason: { en: 'old' } },
        },
        false,
      ),
    ).toBe('source.notOwner');
  });
});

test('nothing but the funnel appends to the journal', () => {
  const root = join(__dirname, '..', '..', '..');
  const sources = ['libs', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const isProduction = (file: string) =>
    file.endsWith('.ts') &&
    !/\.(spec|contract)\.ts$/.test(file) &&
    !file.startsWith(join('libs', 'event-store')) &&
    !file.includes('node_modules');
  const callers = sources
    .filter(isProduction)
    .filter((file) => /\b(store|events|journal|eventStore)\.append\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(callers).toEqual([join('libs', 'ledger', 'src', 'funnel.ts')]);
});
