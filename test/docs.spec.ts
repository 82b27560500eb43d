import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, ROOT, sourceOf } from './support/repository.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesBelow('docs', '.md'),
  ...filesBelow('libs', '.md'),
  ...filesBelow('docker', '.md'),
];

/** Targets of links to files of the checkout. */
const linksOf = (page: string): string[] =>
  [...sourceOf(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

describe('The documents', () => {
  test.each(pages)('%s links to files that are there', (page) => {
    expect(linksOf(page).filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });

  test('the way of an event has seven stops, each naming one file', () => {
    const stops = sourceOf('docs/ARCHITECTURE.md')
      .split('\n')
      .filter((line) => /^\d\. /.test(line));
    expect(stops).toHaveLength(7);
    expect(stops.map((stop) => [...stop.matchAll(/\]\(/g)].length)).toEqual(stops.map(() => 1));
  });

  test('decisions are numbered without a hole and say what would change our mind', () => {
    const decisions = filesBelow('docs/adr', '.md');
    const numbers = decisions.map((path) => Number(/^docs\/adr\/(\d{4})-/.exec(path)?.[1]));
    expect(numbers.sort((one, other) => one - other)).toEqual(decisions.map((_, at) => at + 1));
    for (const path of decisions) {
      for (const part of ['## Context', '## Decision', '## Consequences', '## What would change our mind']) {
        expect([path, sourceOf(path).includes(part)]).toEqual([path, true]);
      }
    }
  });

  test('the project speaks of itself alone: no machine path, no registry host', () => {
    const texts = [
      ...pages,
      ...['apps', 'libs', 'migrations', 'test', 'docker'].flatMap((folder) => filesBelow(folder, '')),
    ];
    const strange = new RegExp(['/wor', 'k/main|/roo', 't/|registry\\.npm', 'js'].join(''));
    expect(texts.filter((path) => strange.test(sourceOf(path)))).toEqual([]);
  });
});
