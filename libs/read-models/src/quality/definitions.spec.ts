import { BUILT_IN, changesIn, fitting, seriesWith } from './definitions.js';

/** Answers by rating, and what two formulas make of them: 70 and 60 per cent. */
const ANSWERS = { rating_1: '10', rating_2: '10', rating_3: '20', rating_4: '10', rating_5: '50' };
const told = (satisfaction: string | undefined, answers: object = ANSWERS) => {
  const all: Readonly<Record<string, string | undefined>> = { satisfaction, ...answers };
  return (measure: string) => all[measure];
};
const fits = (satisfaction: string | undefined, answers?: object) =>
  fitting('satisfaction', told(satisfaction, answers), BUILT_IN);

describe('A published series beside its raw parts', () => {
  test.each([
    ['70', ['satisfaction_scaled@1']],
    ['70.5', []],
    ['70.51', []],
    ['69.49', []],
    ['60.0', ['satisfaction_top_two@1']],
    ['60.06', []],
    ['60.01', ['satisfaction_top_two@1']],
    ['65', []],
  ])('fits at %s the formulas %j', (published, expected) => expect(fits(published)).toEqual(expected));
  test('may fit several formulas, and is not judged without all parts', () => {
    expect(fits('100', { rating_1: '0', rating_2: '0', rating_3: '0', rating_4: '0', rating_5: '9' })).toHaveLength(2);
    expect(fits(undefined)).toBeUndefined();
    expect(fits('70', { ...ANSWERS, rating_3: undefined })).toBeUndefined();
    const { rating_3: _, ...withTotal } = { ...ANSWERS, answers: '100' };
    expect(fits('60', withTotal)).toEqual(['satisfaction_top_two@1']); // the other needs a part that is not there
    expect(fits('70', { rating_1: '0', rating_2: '0', rating_3: '0', rating_4: '0', rating_5: '0' })).toBeUndefined();
    const published = ['rating_1', 'satisfaction', 'volume', 'volume_digital', 'digital_take_up'];
    const series = (measure: string) => seriesWith(measure, published, BUILT_IN);
    expect(['rating_1', 'satisfaction', 'volume_digital', 'sheets'].map(series)).toEqual([
      ...[['satisfaction'], ['satisfaction'], ['digital_take_up'], []],
    ]);
  });
});

describe('A silent change of definition', () => {
  const [scaled, topTwo, none, both] = [['a'], ['b'], [], ['a', 'b']];
  test.each([
    ['the first of two periods that another formula fits', [scaled, scaled, topTwo, topTwo], [2]],
    ['not one period alone', [scaled, scaled, topTwo, scaled, scaled], []],
    ['not the last period alone', [scaled, scaled, topTwo], []],
    ['found across periods that fit nothing or everything', [scaled, none, topTwo, both, topTwo], [2]],
    ['seen each time', [scaled, topTwo, topTwo, scaled, scaled, scaled], [1, 3]],
    ['nothing where nothing is clear', [none, both, none], []],
  ])('[REG-2] is %s', (_what, series, expected) => expect(changesIn(series)).toEqual(expected));
});
