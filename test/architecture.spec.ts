import { dirname, posix } from 'node:path';
import { filesBelow, isTest, sourceOf } from './support/repository.js';

const LIBRARIES = ['kernel', 'event-store', 'ledger', 'read-models', 'transparency', 'embedded-postgres', 'simulation'];
/** Who may import whom, beside itself. Everything else is refused. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  'event-store': ['kernel'],
  ledger: ['kernel', 'event-store'],
  'read-models': ['kernel', 'event-store', 'ledger'],
  transparency: ['kernel', 'event-store'],
  'embedded-postgres': ['kernel'],
  simulation: ['kernel', 'ledger'],
  apps: LIBRARIES,
  migrations: ['kernel'],
};

export interface Import {
  readonly file: string;
  readonly target: string;
}

const importsOf = (file: string): Import[] =>
  [...sourceOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target]) => ({ file, target: target! }));

/** Library or app area a path belongs to: `kernel`, `apps/api`, `migrations`, `test`. */
const areaOf = (path: string): string => {
  const [top, second] = path.split('/');
  if (top === 'libs') return second!;
  return top === 'apps' ? `apps/${second}` : top!;
};
const resolved = ({ file, target }: Import): string =>
  target.startsWith('.') ? posix.normalize(posix.join(dirname(file), target)) : target;

const sources = ['apps', 'libs', 'migrations', 'bench']
  .flatMap((folder) => filesBelow(folder))
  .filter((file) => !isTest(file));
const everyImport = sources.flatMap(importsOf);

/** Rule 1: kernel ← event-store ← ledger ← read-models ← apps, never the other way. */
export const wrongDirection = (imports: readonly Import[]): Import[] =>
  imports.filter(({ file, target }) => {
    const from = areaOf(file);
    const path = resolved({ file, target });
    const to = target.startsWith('#') ? target.slice(1) : target.startsWith('.') ? areaOf(path) : undefined;
    if (to === undefined || to === from) return false;
    if (from === 'bench') return false;
    if (from.startsWith('apps/')) return to.startsWith('apps/') ? !APPS_TOGETHER.has(`${from} ${to}`) : false;
    return !(MAY_IMPORT[from] ?? []).includes(to);
  });
/** `sijill serve` is the composition root that starts the other two. */
const APPS_TOGETHER = new Set(['apps/cli apps/api', 'apps/cli apps/worker']);

/** Rule 2: across libraries only through `#name`, that is the index; inside a library the file itself. */
export const pastTheIndex = (imports: readonly Import[]): Import[] =>
  imports.filter(({ file, target }) => {
    const path = resolved({ file, target });
    if (target.startsWith('.')) return path.startsWith('libs/') && areaOf(path) !== areaOf(file);
    if (!target.startsWith('#')) return false;
    return !LIBRARIES.includes(target.slice(1)) || target.slice(1) === areaOf(file);
  });

const FRAMEWORKS =
  /^(@nestjs\/|typeorm|pg$|fastify|rxjs|jose|pino|prom-client|node:(fs|process|os|child_process|http|net|timers))/;
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.(env|argv|cwd)|performance\.now|randomBytes|randomUUID|setTimeout|setInterval)\b/;

/** Rule 4: who may import a driver. */
const DRIVERS: readonly [driver: RegExp, allowed: RegExp][] = [
  [/^pg(-copy-streams)?$/, /^(libs\/(event-store\/src\/postgres|read-models|embedded-postgres)\/|bench\/raw\.ts$)/],
  [/^@eventstore\/db-client(\/|$)/, /^(libs\/event-store\/src\/eventstoredb\/|bench\/eventstoredb\/client\.ts$)/],
  [/^(@nestjs\/common|@nestjs\/core|fastify)$/, /^(apps\/|libs\/read-models\/|bench\/bare\.ts$)/],
];

const found = (imports: readonly Import[]): string[] => imports.map(({ file, target }) => `${file} -> ${target}`);

describe('Dependency rules', () => {
  test('1: libraries import in one direction only', () => {
    expect(found(wrongDirection(everyImport))).toEqual([]);
    expect(wrongDirection([{ file: 'libs/kernel/src/a.ts', target: '#ledger' }])).toHaveLength(1);
    expect(wrongDirection([{ file: 'libs/ledger/src/a.ts', target: '#read-models' }])).toHaveLength(1);
  });

  test('2: across libraries only the index is imported', () => {
    expect(found(pastTheIndex(everyImport))).toEqual([]);
    expect(pastTheIndex([{ file: 'apps/api/src/a.ts', target: '../../../libs/kernel/src/time.js' }])).toHaveLength(1);
  });

  test('3: kernel and ledger use no framework, driver, clock, randomness, environment or file', () => {
    const pure = sources.filter((file) => /^libs\/(kernel|ledger)\//.test(file));
    expect(found(pure.flatMap(importsOf).filter(({ target }) => FRAMEWORKS.test(target)))).toEqual([]);
    const withoutComments = (file: string) => sourceOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(pure.filter((file) => IMPURE.test(withoutComments(file)))).toEqual([]);
    expect(IMPURE.test('const now = Date.now();')).toBe(true);
  });

  test('4: a driver is imported by its adapter only, and HTTP codes stand in apps/api', () => {
    const strays = everyImport.filter(({ file, target }) =>
      DRIVERS.some(([driver, allowed]) => driver.test(target) && !allowed.test(file)),
    );
    expect(found(strays)).toEqual([]);
    const codes = /\bHttpStatus\b|\bHttpException\b|\.status\(\d{3}\)|statusCode:\s*\d{3}/;
    expect(sources.filter((file) => !file.startsWith('apps/api/') && codes.test(sourceOf(file)))).toEqual([]);
  });

  test('4: an adapter is imported by composition roots only', () => {
    const outside = (name: RegExp) =>
      sources.filter((file) => !/^(libs\/event-store|bench)\//.test(file) && name.test(sourceOf(file)));
    expect(outside(/\b(Postgres|EventStoreDb)EventStore\b/)).toEqual([]);
    const roots = /^apps\/[a-z]+\/src\/(main|start-[a-z]+|stack|stores)\.ts$/;
    expect(outside(/\bopenEventStore\b/).filter((file) => !roots.test(file))).toEqual([]);
  });

  test('5: only the funnel appends, and only the projector writes read models', () => {
    const appenders = sources.filter((file) => /\bstore\.append\(/.test(sourceOf(file)));
    // The store itself may call itself, and a benchmark measures it alone, in a database of its own.
    expect(appenders.filter((file) => !/^(libs\/event-store|bench)\//.test(file))).toEqual([
      'libs/ledger/src/funnel.ts',
    ]);
    const writers = filesBelow('apps').filter(
      (file) => !isTest(file) && /\b(insert\s+into|update|delete\s+from)\s+"?p_/i.test(sourceOf(file)),
    );
    expect(writers).toEqual([]);
  });

  test('5: the command line goes through the api: only its composition roots and the doctor touch stores and read models', () => {
    const direct = everyImport.filter(
      ({ file, target }) => file.startsWith('apps/cli/') && /^(#event-store|#read-models|typeorm|pg)$/.test(target),
    );
    const allowed = /^apps\/cli\/src\/(stack|stores|journal-findings|verbs\/doctor)\.ts$/;
    expect(direct.map(({ file }) => file).filter((file) => !allowed.test(file))).toEqual([]);
  });

  test('6: streams, read models and adapters do not import their siblings', () => {
    const streamFolders = new Set(
      sources.flatMap((file) => /^libs\/ledger\/src\/([^/]+)\/[^/]+\.decider\.ts$/.exec(file)?.[1] ?? []),
    );
    const streams = everyImport.filter((one) => {
      const [from, to] = [one.file, resolved(one)].map((path) => /^libs\/ledger\/src\/([^/]+)\//.exec(path)?.[1]);
      return from !== undefined && to !== undefined && from !== to && streamFolders.has(from) && streamFolders.has(to);
    });
    expect(streamFolders.size).toBeGreaterThan(10);
    const adapters = everyImport.filter((one) => {
      const [from, to] = [one.file, resolved(one)].map((path) => /^libs\/event-store\/src\/([^/]+)\//.exec(path)?.[1]);
      return from !== undefined && to !== undefined && from !== to;
    });
    expect(found([...streams, ...adapters])).toEqual([]);
  });

  test('7: a library has src/ and at most one folder level in it, none of them named after a technical role', () => {
    const libraryFiles = filesBelow('libs');
    expect(libraryFiles.filter((file) => !/^libs\/[a-z-]+\/src\/([a-z-]+\/)?[^/]+\.ts$/.test(file))).toEqual([]);
    expect(sources.filter((file) => /\/(dto|interfaces|handlers|utils|helpers|common)\//.test(file))).toEqual([]);
  });
});
