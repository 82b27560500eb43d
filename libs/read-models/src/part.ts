import type { Page, ReadEvent, ReadModel, Row, Table, When, WideRow } from './read-model.js';

/**
 * A piece of a projection: tables and a fold of its own, in one schema and at one position with the other parts. What several
 * data sets need of the same events is then folded once, and a figure that combines them stands at one place of the journal.
 */
export interface Part extends Pick<ReadModel, 'cubes' | 'months' | 'rows' | 'keys' | 'apply'> {
  /** Prefix of its state keys. Empty for the one part that sees most events: their keys are made once. */
  readonly name: string;
  /** Raise it when the fold or a table of this part changes: all parts are then rebuilt together. */
  readonly version: number;
  /** Event types that it folds; `every` is not for parts. */
  readonly types: readonly string[];
}

/** A read model of its own, here as a part: its tables stand at the position of the other parts. */
export const partOf = ({ name, version, cubes, rows, types, keys, apply }: ReadModel): Part => {
  if (types === 'every') throw new TypeError(`${name} folds every event and is no part`);
  return { name, version, cubes, rows, types, keys, apply };
};

/**
 * One read model out of parts, with the sum of their versions. Parts see an event in the order given here and share nothing but
 * the page: each has keys of its own in the state.
 *
 * @throws TypeError when two parts have one name or one table.
 */
export const composed = (name: string, parts: readonly Part[]): ReadModel => {
  const tables = parts.flatMap(({ cubes, rows }) => [...cubes, ...rows]);
  if (new Set(tables).size < tables.length) throw new TypeError(`two parts of ${name} have a table in common`);
  if (new Set(parts.map((part) => part.name)).size < parts.length)
    throw new TypeError(`two parts of ${name} have one name`);
  const concerned = new Map<string, Part[]>();
  for (const part of parts)
    for (const type of new Set(part.types)) concerned.set(type, [...(concerned.get(type) ?? []), part]);
  const partsOf = ({ type }: ReadEvent): readonly Part[] => concerned.get(type) ?? [];
  return {
    name,
    version: parts.reduce((sum, { version }) => sum + version, 0),
    cubes: parts.flatMap(({ cubes }) => cubes),
    months: parts.flatMap(({ months = [] }) => months),
    rows: parts.flatMap(({ rows }) => rows),
    types: [...concerned.keys()],
    keys(event) {
      const some = partsOf(event);
      const [first] = some;
      if (first && some.length === 1 && first.name === '') return first.keys(event);
      return some.flatMap((part) => part.keys(event).map((key) => keyIn(part, key)));
    },
    apply(event, page) {
      for (const part of partsOf(event)) part.apply(event, part.name === '' ? page : new PartPage(part, page));
    },
  };
};

const keyIn = ({ name }: Part, key: string): string => (name === '' ? key : `${name}/${key}`);

/** The page as a part sees it: its own keys, the tables of all. */
class PartPage implements Page {
  constructor(
    private readonly part: Part,
    private readonly page: Page,
  ) {}

  get<S>(key: string): S | undefined {
    return this.page.get<S>(keyIn(this.part, key));
  }

  set<S extends object>(key: string, state: S): void {
    this.page.set(keyIn(this.part, key), state);
  }

  add(cube: Table, when: When, subject: Row, measures: Readonly<Record<string, bigint | number>>, sign?: 1 | -1): void {
    this.page.add(cube, when, subject, measures, sign);
  }

  put(rows: Table, row: WideRow): void {
    this.page.put(rows, row);
  }
}
