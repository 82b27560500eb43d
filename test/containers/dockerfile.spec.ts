import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { argumentsOf, instructionsOf, lastStage } from '../support/containers.js';
import { ROOT, sourceOf } from '../support/repository.js';

/** What a linter would say, by the names that its rules have in hadolint. */
const faultsOf = (dockerfile: string): readonly string[] => {
  const instructions = instructionsOf(dockerfile);
  const of = (...keywords: readonly string[]) => instructions.filter(({ keyword }) => keywords.includes(keyword));
  const stages = of('FROM').map(({ words }) => words[2]);
  const isFirst = new Set<string>();
  const faults: readonly (readonly [string, boolean])[] = [
    ['DL3000 WORKDIR is absolute', of('WORKDIR').every(({ text }) => text.startsWith('/'))],
    [
      'DL3002 the last USER is not root',
      /^[1-9]\d*:[1-9]\d*$/.test(lastStage(instructions).findLast(({ keyword }) => keyword === 'USER')?.text ?? ''),
    ],
    ['DL3004 no sudo', of('RUN').every(({ words }) => !words.includes('sudo'))],
    [
      'DL3006, DL3007 images have a version',
      of('FROM').every(({ words: [image = ''] }) => stages.includes(image) || /:(?!latest)[\w.${}-]+$/.test(image)),
    ],
    ['DL3012 one HEALTHCHECK', of('HEALTHCHECK').length === 1],
    ['DL3020 COPY, not ADD', of('ADD').length === 0],
    [
      'DL3022 COPY --from names a stage',
      of('COPY').every(({ flags: { from } }) => from === undefined || stages.includes(from)),
    ],
    [
      'DL3024 stages have names of their own',
      stages.every((stage) => stage !== undefined && !isFirst.has(stage) && isFirst.add(stage)),
    ],
    [
      'DL3025 CMD is a list of arguments',
      of('CMD', 'ENTRYPOINT', 'HEALTHCHECK').every(({ text }) => argumentsOf(text) !== undefined),
    ],
    ['DL4000 no MAINTAINER', of('MAINTAINER').length === 0],
    ['DL4003 one CMD', of('CMD').length === 1],
    ['DL3016 npm installs what is locked', of('RUN').every(({ text }) => !/npm (install|i)\b/.test(text))],
  ];
  return faults.flatMap(([name, holds]) => (holds ? [] : [name.split(/[ ,]/)[0]!]));
};

const DOCKERFILE = sourceOf('docker/Dockerfile');
const BAD = `FROM node:latest AS one
FROM one AS one
MAINTAINER somebody
WORKDIR app
ADD . .
COPY --from=two dist dist
RUN sudo npm install pg
USER root
HEALTHCHECK CMD true
HEALTHCHECK CMD true
CMD node main.js
CMD node main.js
`;

describe('docker/Dockerfile', () => {
  test('is understood by the parser of an editor', () => {
    expect(validate(DOCKERFILE).map(({ message }) => message)).toEqual([]);
    expect(validate(`${DOCKERFILE}COPI a b\n`)).toHaveLength(1);
  });

  test('keeps to the rules of a linter', () => {
    expect(faultsOf(DOCKERFILE)).toEqual([]);
  });

  test('would be refused for every rule that it broke', () => {
    const rules = [
      'DL3000',
      'DL3002',
      'DL3004',
      'DL3006',
      'DL3012',
      'DL3020',
      'DL3022',
      'DL3024',
      'DL3025',
      'DL4000',
      'DL4003',
      'DL3016',
    ];
    expect(faultsOf(BAD)).toEqual(rules);
  });

  test('copies what is in the checkout and is sent to the builder', () => {
    const copied = instructionsOf(DOCKERFILE)
      .filter(({ keyword, flags }) => keyword === 'COPY' && flags.from === undefined)
      .flatMap(({ words }) => words.slice(0, -1));
    const sent = sourceOf('docker/Dockerfile.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const paths = [...new Set(copied.map((path) => path.replace(/^\.\//, '')))].sort();
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(paths).toEqual([...sent].sort());
  });

  test('runs the version of Node that the project is tested with', () => {
    const [, version] = /^ARG NODE_VERSION=(\S+)$/m.exec(DOCKERFILE)!;
    const { engines } = JSON.parse(sourceOf('package.json')) as { engines: { node: string } };
    const [major, minor] = version!.split('.').map(Number);
    const [wantedMajor, wantedMinor] = /(\d+)\.(\d+)/.exec(engines.node)!.slice(1).map(Number);
    expect([major === wantedMajor, minor! >= wantedMinor!]).toEqual([true, true]);
  });
});
