import { join } from 'node:path';
import { until } from './support/processes.js';
import { ROOT } from './support/repository.js';
import { ServedLedger } from './support/served-ledger.js';

describe('Replays and rebuilds from the command line', () => {
  let ledger: ServedLedger;
  beforeAll(async () => {
    ledger = await ServedLedger.open();
    for (const name of ['entity-registered.json', 'service-registered.json', 'transaction-received.json'])
      await ledger.sijill('events', 'post', join(ROOT, 'examples', name));
    await ledger.settled();
  });
  afterAll(() => ledger?.close());

  test('a regulator folds a read model anew and is told that it equals the live one', async () => {
    const head = (await ledger.get<{ projections: { head: string }[] }>('/v1/projections', 'operator')).projections[0]
      ?.head;
    const equal = await ledger.sijill('asof', '--projection', 'channel_volume', '--position', String(head), '--json');
    expect([equal.code, equal.output]).toEqual([0, expect.stringMatching(/"isEqual": true/)]);
    const told = await ledger.sijill('asof', '--projection', 'channel_volume', '--position', '0');
    expect(told.output).toContain('not compared: the live projection does not stand at this position');
    const [, question = '', id = ''] = /read {5}sijill (query channel_volume --replay (\d+))/.exec(told.output) ?? [];
    const then = await ledger.sijill(...question.split(' '));
    expect([then.code, then.output]).toEqual([0, expect.stringContaining(`"replay":"${id}"`)]);
    const cancelled = await ledger.sijill('asof', '--cancel', id);
    expect([cancelled.code, cancelled.output]).toEqual([0, expect.stringMatching(/cancelled {3}position 0/)]);
    expect(cancelled.output).not.toContain('parity');
    const other = await ledger.sijill('asof', '--projection', 'channel_volume', '--position', '0', '--compare', 'live');
    expect([other.code, other.output]).toEqual([0, expect.stringMatching(/differs from the live projection at \d+/)]);
  });

  test('a question that cannot be asked ends with its code', async () => {
    const cases: readonly (readonly [parameters: readonly string[], code: number, text: string])[] = [
      [['asof', '--projection', 'catalogue'], 2, '--position or --known-at'],
      [['asof', '--position', '1'], 2, '--projection is missing'],
      [['asof', '--projection', 'catalogue', '--position', '99999999'], 1, 'replay.beyondHead'],
      [['asof', '--projection', 'catalogue', '--known-at', '1999-01-01'], 1, 'history.unavailable'],
      [['asof', '--follow', '4711'], 1, 'replay.unknown'],
      [['projections', 'rebuild', 'catalogue'], 2, '--yes'],
      [['projections', 'rebuild', 'catalogue', '--swap', '4711', '--dry-run'], 2, 'cannot be used with'],
      [['projections', 'rebuild', 'catalogue', '--follow', '4711', '--yes'], 2, 'cannot be used with'],
      [['projections', 'rebuild', '--yes'], 2, 'give the name of one projection, or --rolled-back'],
      [
        ['projections', 'rebuild', 'catalogue', '--rolled-back'],
        2,
        'give the name of one projection, or --rolled-back',
      ],
      [['projections', 'rebuild', '--rolled-back', '--dry-run'], 2, 'cannot be used with'],
      [['asof', '--cancel', '4711', '--position', '1'], 2, 'cannot be used with'],
      [['asof', '--projection', 'catalog', '--position', '1'], 1, 'expected: registers, catalogue'],
      [['projections', 'rebuild', 'catalog', '--dry-run'], 1, 'projection.unknown'],
    ];
    for (const [parameters, code, text] of cases) {
      const answer = await ledger.sijill(...parameters);
      expect([parameters.join(' '), answer.code, answer.output]).toEqual([
        parameters.join(' '),
        code,
        expect.stringContaining(text),
      ]);
    }
  });

  test('an operator compares, swaps, and the data set goes on answering and counting', async () => {
    const dry = await ledger.sijill('projections', 'rebuild', 'channel_volume', '--dry-run');
    expect([dry.code, dry.output]).toEqual([0, expect.stringContaining('equal to the live projection')]);
    const swapped = await ledger.sijill('projections', 'rebuild', 'channel_volume', '--yes', '--json');
    expect([swapped.code, swapped.output]).toEqual([0, expect.stringContaining('"state": "done"')]);
    await ledger.settled();
    const { rows } = await ledger.get<{ rows: { received: number }[] }>('/v1/datasets/channel_volume?basis=receipt');
    expect(rows.map(({ received }) => received)).toEqual([1]);
    expect((await ledger.sijill('projections', 'list')).output).toMatch(/^channel_volume .*live/m);
  });

  test('an interrupt leaves a replay to the worker and says how to go on', async () => {
    const verb = ledger.verb('projections', 'rebuild', 'catalogue', '--yes');
    await until(
      () => `the rebuild is asked for: ${verb.output}`,
      async () => /^rebuild \d+ of catalogue/m.test(verb.output),
    );
    expect(await verb.end('SIGINT')).toBe(130);
    const id = /--follow (\d+)/.exec(verb.output)?.[1] ?? '';
    const followed = await ledger.sijill('projections', 'rebuild', 'catalogue', '--follow', id, '--json');
    expect([followed.code, followed.output]).toEqual([0, expect.stringContaining('"state": "done"')]);
  });
});
