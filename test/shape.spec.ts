import { dirname } from 'node:path';
import ts from 'typescript';
import { filesBelow, isTest, sourceOf } from './support/repository.js';

const FILE_LINES_MAX = 250;
// The formatter breaks code at 120 columns and leaves texts alone: sentences, SQL and styles may be a little longer.
const LINE_COLUMNS_MAX = 170;
const FOLDER_FILES_MAX = 15;
const READ_MODEL_FILES_MAX = 30;
const INDEX_LINES_MAX = 20;
const FUNCTION_LINES_MAX = 60;
const PARAMETERS_MAX = 5;

interface FunctionShape {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

/** `() => ({ … })`: a description, not a procedure. */
const isData = (body: ts.Node): boolean =>
  ts.isParenthesizedExpression(body) && ts.isObjectLiteralExpression(body.expression);

/** Every function, method and constructor of a source file. Injected members of a constructor are no parameters of a caller. */
const functionsOf = (file: string, text: string): FunctionShape[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: FunctionShape[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isData(node.body as ts.Node)) {
      const [first, last] = [lineOf(node.getStart()), lineOf(node.getEnd())];
      const parameters = ts.isConstructorDeclaration(node) ? 0 : node.parameters.length;
      found.push({ name: `${file}:${first}`, lines: last - first + 1, parameters });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};
const isTooBig = ({ lines, parameters }: FunctionShape): boolean =>
  lines > FUNCTION_LINES_MAX || parameters > PARAMETERS_MAX;

const files = ['apps', 'libs', 'migrations', 'bench', 'test'].flatMap((folder) => filesBelow(folder));
const sources = files.filter((file) => !isTest(file));

describe('The shape of the code', () => {
  test(`a file has at most ${FILE_LINES_MAX} lines`, () => {
    const long = files
      .filter((file) => !isTest(file))
      .map((file) => [file, sourceOf(file).split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > FILE_LINES_MAX + 1)).toEqual([]);
  });

  test(`a line has at most ${LINE_COLUMNS_MAX} columns, texts and all`, () => {
    const wide = sources.flatMap((file) =>
      sourceOf(file)
        .split('\n')
        .flatMap((line, index) => ([...line].length > LINE_COLUMNS_MAX ? [`${file}:${index + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  test(`a folder has at most ${FOLDER_FILES_MAX} source files, the read models ${READ_MODEL_FILES_MAX}`, () => {
    const counts = new Map<string, number>();
    for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    const limit = (folder: string) => (folder === 'libs/read-models/src' ? READ_MODEL_FILES_MAX : FOLDER_FILES_MAX);
    expect([...counts].filter(([folder, count]) => count > limit(folder))).toEqual([]);
  });

  test(`a library index has named exports only, in at most ${INDEX_LINES_MAX} lines`, () => {
    const indexes = sources.filter((file) => file.endsWith('/index.ts'));
    expect(indexes.filter((file) => sourceOf(file).includes('export *'))).toEqual([]);
    expect(indexes.filter((file) => !/^libs\/[a-z-]+\/src\/index\.ts$/.test(file))).toEqual([]);
    expect(indexes.filter((file) => sourceOf(file).trimEnd().split('\n').length > INDEX_LINES_MAX)).toEqual([]);
  });

  test(`a function has at most ${FUNCTION_LINES_MAX} lines and ${PARAMETERS_MAX} parameters`, () => {
    const tooBig = sources.flatMap((file) =>
      functionsOf(file, sourceOf(file))
        .filter(isTooBig)
        .map(({ name }) => name),
    );
    expect(tooBig).toEqual([]);
    const long = `const long = () => {${'\n'.repeat(FUNCTION_LINES_MAX)}};`;
    expect(functionsOf('example.ts', long).filter(isTooBig)).toHaveLength(1);
    expect(functionsOf('example.ts', 'function many(a, b, c, d, e, f) {}').filter(isTooBig)).toHaveLength(1);
  });

  test('nothing is mocked, focused, skipped or left open', () => {
    const banned = /jest\.(mock|fn|spyOn)\(|\b(it|test|describe)\.(only|skip|todo)\(|\b(TODO|FIXME|XXX|HACK)\b/;
    expect(files.filter((file) => file !== 'test/shape.spec.ts' && banned.test(sourceOf(file)))).toEqual([]);
  });

  test('class-validator decorators that accept too much are not used', () => {
    const banned = /@(IsOptional|IsDateString|IsISO8601|IsInt|IsNumber|IsNumberString)\(/;
    expect(sources.filter((file) => banned.test(sourceOf(file)))).toEqual([]);
  });
});
