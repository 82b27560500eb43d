import type { FailureTable } from '#kernel';
import { failureCatalogue, failureTables, problemPage } from './problem-pages.js';

/** Codes that two tables define differently, with the names of the tables. */
const contradictions = (tables: Readonly<Record<string, FailureTable>>): readonly string[] => {
  const entries = Object.entries(tables).flatMap(([table, rules]) =>
    Object.entries(rules).map(([code, rule]) => ({ table, code, rule: JSON.stringify(rule) })),
  );
  return entries.flatMap(({ table, code, rule }, at) =>
    entries
      .slice(at + 1)
      .filter((other) => other.code === code && other.rule !== rule)
      .map((other) => `${code}: ${table}, ${other.table}`),
  );
};

describe('The catalogue of problems', () => {
  test('holds one text a code, whichever library says it', () => expect(contradictions(failureTables)).toEqual([]));

  test('would show two libraries that say one code differently', () => {
    const rule = { kind: 'refused', ar: 'مرفوض', en: 'Refused' } as const;
    const tables = { one: { 'a.b': rule, 'a.c': rule }, other: { 'a.b': { ...rule, en: 'Never' }, 'a.c': rule } };
    expect(contradictions(tables)).toEqual(['a.b: one, other']);
  });

  test('has a page for every code in both languages', () => {
    for (const [code, { ar, en }] of Object.entries(failureCatalogue)) {
      expect([code, /[\u0600-\u06ff]/.test(ar), /^["A-Z{]/.test(en)]).toEqual([code, true, true]);
      expect(problemPage(code)).toContain(code);
    }
  });

  test('tells to wait where waiting helps, and else to turn to the operator', () => {
    const waits = ['Try again after the time given', 'أعد المحاولة بعد المدة المذكورة'];
    for (const [code, { kind, isRetryable = false }] of Object.entries(failureCatalogue)) {
      if (kind !== 'unavailable') continue;
      const page = problemPage(code) ?? '';
      expect([code, ...waits.map((text) => page.includes(text))]).toEqual([code, isRetryable, isRetryable]);
    }
  });
});
