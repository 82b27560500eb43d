import fc from 'fast-check';
import { type Entry, START, type Status, Watermark } from './watermark.js';

const STATUSES: readonly Status[] = ['created', 'duplicate', 'rejected'];

interface Answer {
  readonly status: Status;
  /** Decides when the answer comes. */
  readonly rank: number;
  readonly isLast: boolean;
}

const answers = fc.array(
  fc.record({ status: fc.constantFrom(...STATUSES), rank: fc.nat({ max: 1_000 }), isLast: fc.boolean() }),
  { minLength: 1, maxLength: 200 },
);

/** Records of one or more outputs each, in file order. */
const placed = (outputs: readonly Answer[]) => {
  let [record, part] = [1, 0];
  return outputs.map((output, at) => {
    const place = { record, part, isLast: output.isLast || at === outputs.length - 1 };
    [record, part] = place.isLast ? [record + 1, 0] : [record, part + 1];
    return { ...output, at, place };
  });
};

describe('The watermark', () => {
  test('stands behind the last record before the first output without a final answer, and counts exactly what it passed', () => {
    fc.assert(
      fc.property(answers, (outputs) => {
        const watermark = new Watermark();
        const all = placed(outputs);
        const entries: Entry[] = all.map(({ place }) => watermark.enter(place, 1));
        const open = new Set(all.map(({ at }) => at));
        for (const { at, status } of [...all].sort((one, other) => one.rank - other.rank || one.at - other.at)) {
          watermark.settle(entries[at]!, status, status === 'rejected' ? undefined : String(1_000 - at));
          open.delete(at);
          const firstOpen = Math.min(...open, all.length);
          const whole = all.slice(0, firstOpen).filter(({ place }) => place.isLast);
          const record = whole.at(-1)?.place.record ?? 0;
          const passed = all.filter(({ place }) => place.record <= record);
          const count = (wanted: Status) => passed.filter((one) => one.status === wanted).length;
          expect(watermark.mark.record).toBe(record);
          expect(watermark.mark.counts).toEqual({
            created: count('created'),
            duplicate: count('duplicate'),
            rejected: count('rejected'),
          });
        }
        expect(watermark.isEmpty).toBe(true);
      }),
      { seed: 2_026 },
    );
  });

  test('names the output at the highest position that it passed, whatever the order of the file', () => {
    const watermark = new Watermark();
    const entries = [1, 2, 3].map((record) => watermark.enter({ record, part: 0, isLast: true }, 1));
    for (const [at, position] of [
      [0, '7'],
      [2, '9'],
    ] as const)
      watermark.settle(entries[at]!, 'created', position);
    expect(watermark.mark.witness).toEqual({ record: 1, part: 0, position: '7' });
    watermark.settle(entries[1]!, 'created', '10');
    expect(watermark.mark.witness).toEqual({ record: 2, part: 0, position: '10' });
  });

  test('goes on from where an earlier run left it', () => {
    const mark = { record: 5, counts: { created: 3, duplicate: 1, rejected: 1 } };
    const watermark = new Watermark(mark);
    expect([watermark.mark, new Watermark().mark]).toEqual([mark, START]);
    watermark.settle(watermark.enter({ record: 7, part: 0, isLast: true }, 1), 'created', '3');
    expect(watermark.mark).toMatchObject({ record: 7, counts: { created: 4, duplicate: 1, rejected: 1 } });
  });

  test('is full by count and by bytes, and has room again when the oldest output is answered', () => {
    const watermark = new Watermark();
    const first = watermark.enter(undefined, 63 * 1024 * 1024);
    expect(watermark.isFull).toBe(false);
    watermark.settle(watermark.enter(undefined, 1024 * 1024), 'created');
    expect(watermark.isFull).toBe(true);
    watermark.settle(first, 'created');
    expect(watermark.isFull).toBe(false);
    for (let at = 0; at < 16_000; at += 1) watermark.enter(undefined, 1);
    expect(watermark.isFull).toBe(true);
  });
});
