import { Column, Entity, PrimaryColumn } from 'typeorm';
import { foldAll, foldInPages } from '../../../../test/support/read-models.js';
import { readEvent } from '../../../../test/support/transaction-history.js';
import { composed } from '../part.js';
import type { ReadEvent } from '../read-model.js';
import { NO_END } from '../spans.js';
import { cutByFreezes, endOf, momentBefore, momentOf } from './late.js';

@Entity({ name: 'drop_day', synchronize: false })
class DropDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') colour!: string;
  @Column('bigint') drops!: string;
  @Column('bigint') weight!: string;
}
@Entity({ name: 'drop_late', synchronize: false })
class DropLate {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('int') nth!: number;
  @Column('bigint') drops!: string;
}

const moments: string[] = [];
const DROPPED = 'gov.sijill.drop.fell.v1';
const model = cutByFreezes(
  composed('drops', [
    {
      ...{ name: '', version: 1, cubes: [DropDay], rows: [], types: [DROPPED], keys: () => [] },
      apply(event, page) {
        moments.push(momentOf(event));
        const { effectiveDay, knownDay } = event;
        page.add(DropDay, { effectiveDay, knownDay }, { colour: 'blue' }, { drops: 1, weight: 5 }, 1);
      },
    },
  ]),
  new Map([[DropDay, DropLate]]),
);

let revision = 0;
const at = (type: string, recorded: string): ReadEvent =>
  readEvent(type, 'drop-1', revision++, { day: '2021-06-01' }, [recorded, recorded]);
const fell = (hour: string, day = '2021-07-30') => at('drop.fell', `${day}T${hour}:00:00Z`);
const frozen = (hour: string) => at('period.frozen', `2021-07-30T${hour}:00:00Z`);

describe('A freeze (ADR 0016)', () => {
  // 20:00 in UTC is midnight in Dubai: the next day of knowledge.
  const history = [
    ...[fell('23', '2021-07-28'), fell('06'), frozen('07'), fell('08'), fell('09')],
    ...[at('campaign.figuresFrozen', '2021-07-30T10:00:00Z'), fell('11'), fell('20'), fell('08', '2021-08-02')],
  ];

  test('[STP-13] falls within a day: what is learnt after it is told apart, and only that', () => {
    moments.length = 0;
    const page = foldAll(model, history);
    const known = { effectiveDay: '2021-06-01', knownDay: '2021-07-30' };
    expect(page.cubeRows(DropLate)).toEqual([
      { ...known, nth: '1', drops: 2n },
      { ...known, nth: '2', drops: 1n },
    ]);
    const cells = page.cubeRows(DropDay).sort((one, other) => (String(one.knownDay) < String(other.knownDay) ? -1 : 1));
    expect(cells).toEqual([
      { ...known, knownDay: '2021-07-29', colour: 'blue', drops: 1n, weight: 5n },
      { ...known, colour: 'blue', drops: 4n, weight: 20n },
      { ...known, knownDay: '2021-07-31', colour: 'blue', drops: 1n, weight: 5n },
      { ...known, knownDay: '2021-08-02', colour: 'blue', drops: 1n, weight: 5n },
    ]);
  });

  test('orders moments of knowledge, and days of them, as texts', () => {
    expect(moments).toEqual([
      ...['2021-07-29.0000', '2021-07-30.0000', '2021-07-30.0001', '2021-07-30.0001', '2021-07-30.0002'],
      ...['2021-07-31.0000', '2021-08-02.0000'],
    ]);
    expect([...moments].sort()).toEqual(moments);
    expect(moments.filter((moment) => moment <= momentBefore('2021-07-30', 1))).toHaveLength(2);
    expect(moments.filter((moment) => moment <= momentBefore('2021-07-30', 2))).toHaveLength(4);
    expect(moments.filter((moment) => moment <= endOf('2021-07-30'))).toHaveLength(5);
    expect(moments.every((moment) => moment < NO_END)).toBe(true);
  });

  test('is told apart wherever a page ends', () => {
    const whole = foldInPages(model, history, []);
    for (const [cut] of history.entries()) expect(foldInPages(model, history, [cut])).toEqual(whole);
  });
});
