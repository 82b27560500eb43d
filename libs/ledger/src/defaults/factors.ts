import { type DefaultFact, item } from './item.js';

/** Year in which the strategy that the factors were published for began. */
const STRATEGY_START = '2018-01-01';

interface Row {
  readonly factor: `${string}@${number}`;
  readonly set: string;
  readonly num: string;
  readonly den: string;
  readonly unit: string;
  readonly source: string;
  /** Default true: our files show it. */
  readonly verified?: boolean;
}

const EPA = 'EPA Victoria publication 1374.1 (2013)';
const X_ROAD = 'X-Road saving statements';

/** Codes such as P15 and S0-1 are rows of the published figures of Dubai. */
const ROWS: readonly Row[] = [
  {
    factor: 'sheets-per-tree@1',
    set: 'strategy-2020',
    num: '100000',
    den: '13',
    unit: 'sheet/tree',
    source: 'claims S0-1 / S0-2',
  },
  {
    factor: 'sheets-per-tree@2',
    set: 'releases-2021',
    num: '8330',
    den: '1',
    unit: 'sheet/tree',
    source: 'claims P15/P19 = 8,329.64 and P21/P25 = 8,330.25',
  },
  {
    factor: 'sheets-per-tree@3',
    set: 'reams',
    num: '25000',
    den: '3',
    unit: 'sheet/tree',
    source: '16 2/3 reams of 500 sheets, a figure of the trade',
    verified: false,
  },
  {
    factor: 'fils-per-sheet@1',
    set: 'strategy-2020',
    num: '90',
    den: '1',
    unit: 'fils/sheet',
    source: 'claims S0-4 / S0-1',
  },
  {
    factor: 'fils-per-sheet@2',
    set: 'releases-2020',
    num: '725000',
    den: '1693',
    unit: 'fils/sheet',
    source: 'claims P17 / P15',
  },
  {
    factor: 'fils-per-sheet@3',
    set: 'releases-2021',
    num: '565000',
    den: '1349',
    unit: 'fils/sheet',
    source: 'claims P23 / P21',
  },
  {
    factor: 'minutes-per-sheet@1',
    set: 'releases-2020',
    num: '4620',
    den: '1693',
    unit: 'minute/sheet',
    source: 'claims P18 / P15',
  },
  {
    factor: 'minutes-per-sheet@2',
    set: 'releases-2021',
    num: '3630',
    den: '1349',
    unit: 'minute/sheet',
    source: 'claims P24 / P21',
  },
  {
    factor: 'tariff-hour@1',
    set: 'releases-2020',
    num: '725000',
    den: '77',
    unit: 'fils/hour',
    source: 'claims P17 / P18',
  },
  {
    factor: 'tariff-hour@2',
    set: 'releases-2021',
    num: '1130000',
    den: '121',
    unit: 'fils/hour',
    source: 'claims P23 / P24',
  },
  {
    factor: 'grams-per-sheet@1',
    set: 'all',
    num: '6237',
    den: '1250',
    unit: 'g/sheet',
    source: 'A4, 210 by 297 mm, at 80 g a square metre',
  },
  {
    factor: 'co2e-per-kg@1',
    set: 'paper-virgin-import',
    num: '27',
    den: '25',
    unit: 'kg/kg',
    source: EPA,
    verified: false,
  },
  {
    factor: 'co2e-per-kg@2',
    set: 'paper-virgin-domestic',
    num: '13',
    den: '10',
    unit: 'kg/kg',
    source: EPA,
    verified: false,
  },
  {
    factor: 'co2e-per-kg@3',
    set: 'paper-recycled-import',
    num: '32',
    den: '25',
    unit: 'kg/kg',
    source: EPA,
    verified: false,
  },
  {
    factor: 'co2e-per-kg@4',
    set: 'paper-recycled-domestic',
    num: '38',
    den: '25',
    unit: 'kg/kg',
    source: EPA,
    verified: false,
  },
  { factor: 'query-minutes@1', set: 'x-road', num: '15', den: '1', unit: 'minute', source: X_ROAD, verified: false },
  { factor: 'human-share@1', set: 'x-road', num: '1', den: '20', unit: 'ratio', source: X_ROAD, verified: false },
  { factor: 'human-share@2', set: 'x-road', num: '3', den: '100', unit: 'ratio', source: X_ROAD, verified: false },
];

/** Factors with a published or computed origin. Minutes at a counter or on the way have none, so nobody adopts them here. */
export const defaultFactors = (): readonly DefaultFact[] =>
  ROWS.map(({ factor, set, num, den, unit, source, verified = true }) => {
    const [factorId, version] = factor.split('@');
    return item('gov.sijill.factor.adopted.v1', 'factor', factor, {
      factorId,
      version: Number(version),
      set,
      value: { num, den },
      unit,
      from: STRATEGY_START,
      source,
      verified,
    });
  });
