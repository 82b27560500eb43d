import { isWhole, unproven } from './requirements/reporter.mjs';
import {
  DOCUMENT_FILE,
  documentOf,
  faultsOf,
  idsIn,
  idsOf,
  readOpen,
  readProgrammes,
  readTests,
  titlesIn,
} from './requirements/requirements.mjs';
import { ROOT, sourceOf } from './support/repository.js';

describe('The requirements', () => {
  const programmes = readProgrammes(ROOT);
  const ids = idsIn(programmes);
  const tests = readTests(ROOT);

  test('are numbered without a hole, each once, in Arabic and English', () => {
    for (const { id: family, requirements } of programmes) {
      expect(requirements.map(({ id }) => id)).toEqual(requirements.map((_, at) => `${family}-${at + 1}`));
    }
    expect(new Set(ids).size).toBe(ids.length);
    for (const { ar, en } of programmes.flatMap(({ requirements }) => requirements)) {
      expect([ar, en]).toEqual([expect.stringMatching(/[\u0621-\u064a]{2}/), expect.stringMatching(/[a-z]{3}/)]);
    }
  });

  test('have a test each, named at the start of its title, and no test names another', () => {
    expect(faultsOf(ids, tests, readOpen(ROOT))).toEqual([]);
  });

  test('stand in the document with the tests that prove them (npm run generate)', () => {
    expect(sourceOf(DOCUMENT_FILE)).toBe(documentOf(programmes, tests));
  });
});

describe('The check of requirements', () => {
  const id = (number: number) => ['CAM', number].join('-');
  const titled = (title: string) => ({ file: 'some.spec.ts', title });

  test('reads titles however a test is written, and ids only in front', () => {
    const source =
      "test('one', f); test.each([1])(`two $" + "{x} three`, f); it.each`a`('four', f); describe('no', f);";
    expect(titlesIn(source)).toEqual(['one', 'two … three', 'four']);
    expect(idsOf(`[${id(4)}, ${id(5)}] moves`)).toEqual([id(4), id(5)]);
    expect(idsOf(`moves [${id(4)}]`)).toEqual([]);
  });

  test('finds an id without test, an unknown one, one in the wrong place, and one that is open no more', () => {
    const good = [titled(`[${id(1)}] is`), titled(`[${id(2)}] is as well`)];
    expect(faultsOf([id(1), id(2)], good, [])).toEqual([]);
    expect(faultsOf([id(1), id(2), id(3)], good, [])).toEqual([`${id(3)} has no test`]);
    expect(faultsOf([id(1), id(2), id(3)], good, [id(3)])).toEqual([]);
    expect(faultsOf([id(1), id(2)], good, [id(2)])).toHaveLength(1);
    expect(faultsOf([id(1)], good, [])).toEqual([`${id(2)} is no requirement`]);
    expect(faultsOf([id(1), id(2)], [...good, titled(`is (${id(2)})`)], [])).toHaveLength(1);
  });

  test('takes no test for proof that was skipped or failed', () => {
    const results = (status: string) => ({ testResults: [{ testResults: [{ status, title: `[${id(1)}] is` }] }] });
    expect(unproven([id(1)], results('passed'))).toEqual([]);
    expect(unproven([id(1)], results('pending'))).toEqual([id(1)]);
    expect(unproven([id(1)], results('failed'))).toEqual([id(1)]);
    expect(unproven([id(1), id(2)], results('passed'))).toEqual([id(2)]);
  });

  test('judges whole runs only', () => {
    const whole = { testPathPatterns: { patterns: [] } };
    expect(isWhole(whole)).toBe(true);
    expect(isWhole({ testPathPatterns: { patterns: ['libs'] } })).toBe(false);
    expect(isWhole({ ...whole, testNamePattern: 'some' })).toBe(false);
  });
});
