import fc from 'fast-check';
import { add, compare, type Ratio, ratio, subtract } from '#kernel';
import { costPerTransaction, totalCost } from './aggregate/cost.js';
import { decompose } from './kpi/decomposition.js';
import { figureOf, millionths } from './kpi/figure.js';
import { type PairedVolume, takeUpChange, takeUpOf } from './kpi/take-up.js';

const SEED = 20_210_301;
const part = fc
  .record({ volume: fc.bigInt(0n, 5_000_000n), percent: fc.bigInt(0n, 100n) })
  .map(({ volume, percent }) => ({ volume, digital: (volume * percent) / 100n }));
const share = (parts: readonly { volume: bigint; digital: bigint }[]): Ratio | undefined => {
  const volume = parts.reduce((sum, one) => sum + one.volume, 0n);
  return volume === 0n
    ? undefined
    : ratio(
        parts.reduce((sum, one) => sum + one.digital, 0n),
        volume,
      );
};

/** Rate as kpis.md writes it, a service at a time: slow, and without the shortcuts of the code. */
const rateByDefinition = (common: readonly { before: Pair; after: Pair }[]): Ratio => {
  const [all0, all1] = (['before', 'after'] as const).map((period) =>
    common.reduce((sum, service) => sum + service[period].volume, 0n),
  );
  return common.reduce((sum, { before, after }) => {
    if (before.volume === 0n && after.volume === 0n) return sum;
    const [r0, r1] = [share([before]) ?? share([after]), share([after]) ?? share([before])] as [Ratio, Ratio];
    const weights = add(ratio(before.volume, all0), ratio(after.volume, all1));
    const moved = subtract(r1, r0);
    return add(sum, { num: weights.num * moved.num, den: 2n * weights.den * moved.den });
  }, ratio(0n));
};
interface Pair {
  volume: bigint;
  digital: bigint;
}

describe('The change of a share', () => {
  test(`rate, mix and membership add up to it exactly, seed ${SEED}`, () => {
    const services = fc.array(fc.record({ before: part, after: part }), { minLength: 1, maxLength: 12 });
    const others = fc.array(part, { maxLength: 4 });
    fc.assert(
      fc.property(services, others, others, (common, left, joined) => {
        const whole0 = share([...common.map(({ before }) => before), ...left]);
        const whole1 = share([...common.map(({ after }) => after), ...joined]);
        const found = decompose(common, whole0, whole1);
        if (!found) return;
        const { rate, mix, membership } = found;
        expect(compare(add(add(rate, mix), membership), subtract(whole1 as Ratio, whole0 as Ratio))).toBe(0);
        expect(compare(rate, rateByDefinition(common))).toBe(0);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('with the same services at the same weight all of it is rate, with the same shares all of it is mix', () => {
    const service = (volume: bigint, digital: bigint) => ({ volume, digital });
    const rate = [{ before: service(10n, 5n), after: service(10n, 8n) }];
    expect(decompose(rate, ratio(5n, 10n), ratio(8n, 10n))).toMatchObject({
      rate: { num: 3n, den: 10n },
      mix: { num: 0n },
      membership: { num: 0n },
    });
    const mix = [
      { before: service(10n, 10n), after: service(30n, 30n) },
      { before: service(10n, 0n), after: service(10n, 0n) },
    ];
    expect(decompose(mix, ratio(1n, 2n), ratio(3n, 4n))).toMatchObject({
      rate: { num: 0n },
      mix: { num: 1n, den: 4n },
    });
  });

  test('leavers and joiners are named with the volume that went and came', () => {
    const pair = (service: string, volume: string): PairedVolume => ({
      service,
      volume: millionths(volume),
      digital: 0n,
    });
    const change = takeUpChange(
      [pair('a', '5'), pair('b', '7'), pair('c', '0')],
      [pair('b', '9'), pair('c', '0'), pair('d', '2.5')],
    );
    expect(change).toMatchObject({
      common: 2,
      zero_in_both: 1,
      left: { services: 1, volume: '5', ids: ['a'] },
      joined: { services: 1, volume: '2.5', ids: ['d'] },
    });
  });
});

describe('Figures', () => {
  test('null is never 0: no provided part has no figure, a provided 0 has one', () => {
    const service = (volume: bigint | null, digital: bigint | null) => ({
      ...{ service: 's', volume, digital },
      paired: volume !== null && digital !== null ? { volume, digital } : null,
    });
    expect(takeUpOf([])).toMatchObject({ naive: { value: null }, paired: { value: null } });
    expect(takeUpOf([service(5n, null)])).toMatchObject({ naive: { num: null }, paired: { num: null } });
    expect(takeUpOf([service(0n, 0n)])).toMatchObject({ naive: { num: '0', den: '0', value: null } });
    expect(takeUpOf([service(5n, 0n)])).toMatchObject({ paired: { value: '0' }, services: { paired: 1 } });
  });

  test('the value is half to even with at most 6 decimals', () => {
    expect(figureOf(1n, 3n).value).toBe('0.333333');
    expect([figureOf(5n, 10_000_000n).value, figureOf(15n, 10_000_000n).value]).toEqual(['0', '0.000002']);
    expect(figureOf(1n, 0n)).toEqual({ num: '1', den: '0', value: null });
  });

  test('parts over 60 digits are left to the value', () => {
    expect(figureOf(10n ** 70n, 4n * 10n ** 70n)).toEqual({ num: null, den: null, value: '0.25' });
  });

  test('more than 6 decimals are refused rather than rounded', () => {
    expect(() => millionths('0.0000001')).toThrow(RangeError);
    expect(millionths('-1.5')).toBe(-1_500_000n);
  });

  test('the cost of a transaction is weighed by volume, never the mean of unit costs', () => {
    const services = [
      { subject: 'a', cost: '100', volume: '1', unit: 'gbp' },
      { subject: 'b', cost: '99', volume: '99', unit: 'gbp' },
    ];
    expect(costPerTransaction(services)).toEqual({ num: '199', den: '100', value: '1.99', unit: 'gbp', services: 2 });
    expect(totalCost(services)).toEqual({ value: '199', unit: 'gbp', services: 2 });
    const mixed = [...services, { subject: 'c', cost: '1', volume: '1', unit: 'cad' }];
    expect([totalCost(mixed).value, totalCost([]).value]).toEqual([null, null]);
  });
});
