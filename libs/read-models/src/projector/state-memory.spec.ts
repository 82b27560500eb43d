import { StateMemory } from './state-memory.js';

const KEYS = 10_001; // one more than a generation
const page = (name: string): [string, object | null][] =>
  Array.from({ length: KEYS }, (_, at) => [`${name}${at}`, { at }]);

describe('The memory of states', () => {
  test('tells a state that is not there from one it does not know', () => {
    const memory = new StateMemory();
    memory.keep([['gone', null]]);
    expect([memory.get('gone'), memory.get('never seen')]).toEqual([null, undefined]);
  });

  test('holds the pages that may be on their way, however large the next one is', () => {
    const memory = new StateMemory();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) memory.keep(page(name));
    for (const name of ['c', 'd', 'e', 'f']) expect(memory.get(`${name}0`)).toEqual({ at: 0 }); // two wait, one is written
  });

  test('lets go of what two generations did not ask for', () => {
    const memory = new StateMemory();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) memory.keep(page(name));
    expect([memory.get('a0'), memory.get('c0'), memory.get('g0')]).toEqual([undefined, undefined, { at: 0 }]);
  });

  test('answers with the last state of a key that two generations hold', () => {
    const memory = new StateMemory();
    memory.keep([['key', { at: 'first' }], ...page('a')]);
    memory.keep([['key', { at: 'second' }]]);
    expect(memory.get('key')).toEqual({ at: 'second' });
  });
});
