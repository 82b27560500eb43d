import { StateMemory } from './state-memory.js';

const KEYS = 10_001; // one more than a generation

describe('The memory of states', () => {
  const remember = (memory: StateMemory, name: string): void => {
    for (let at = 0; at < KEYS; at++) memory.set(`${name}${at}`, { at });
  };

  test('tells a state that is not there from one it does not know', () => {
    const memory = new StateMemory();
    memory.set('gone', null);
    expect([memory.get('gone'), memory.holds('gone')]).toEqual([null, true]);
    expect([memory.get('never seen'), memory.holds('never seen')]).toEqual([undefined, false]);
  });

  test('holds the page before, which may be on its way, however large it and the next one are', () => {
    const memory = new StateMemory();
    for (const name of ['a', 'b', 'c', 'd']) {
      memory.turn();
      remember(memory, name);
    }
    for (const name of ['c', 'd']) expect(memory.get(`${name}0`)).toEqual({ at: 0 });
    expect(memory.get('b0')).toBeUndefined(); // it has arrived
  });

  test('keeps what was asked for in the last generation', () => {
    const memory = new StateMemory();
    memory.set('asked for', { at: 1 });
    memory.set('not asked for', { at: 1 });
    for (const name of ['a', 'b']) {
      remember(memory, name);
      memory.turn();
      expect(memory.holds('asked for')).toBe(true);
    }
    expect(memory.holds('not asked for')).toBe(false);
  });

  test('answers with the last state of a key that two generations hold', () => {
    const memory = new StateMemory();
    memory.set('key', { at: 'first' });
    remember(memory, 'a');
    memory.turn();
    memory.set('key', { at: 'second' });
    expect(memory.get('key')).toEqual({ at: 'second' });
  });
});
