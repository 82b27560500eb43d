import { WriteBehind } from './write-behind.js';

describe('Writing behind the fold', () => {
  /** Pages whose writing has begun; each is over when `answer` is called. */
  const begin = () => {
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    const line = new WriteBehind<string[]>((page) => {
      begun.push(page.join(' '));
      return new Promise<void>((answer) => answers.push(answer));
    });
    /** As the fold does it: onto the page that waits, if there is one. */
    const add = (event: string, isDue = true) => line.put([...(line.waiting ?? []), event], isDue);
    return { line, begun, add, answer: () => answers.shift()?.() };
  };
  const turn = () => new Promise((resume) => setImmediate(resume));

  test('begins at once where nothing goes on', () => {
    const { line, begun, add } = begin();
    add('a');
    expect([begun, line.waiting]).toEqual([['a'], undefined]);
  });

  test('puts together what was folded while a page was written', async () => {
    const { line, begun, add, answer } = begin();
    for (const event of ['a', 'b', 'c', 'd']) add(event);
    expect([begun, line.waiting]).toEqual([['a'], ['b', 'c', 'd']]);
    answer();
    await turn();
    add('e');
    expect([begun, line.waiting]).toEqual([['a', 'b c d'], ['e']]);
  });

  test('keeps a page back until it is due, though nothing goes on, and the page behind it as well', async () => {
    const { line, begun, add, answer } = begin();
    add('a', false);
    expect([begun, line.waiting, line.isIdle]).toEqual([[], ['a'], false]);
    add('b');
    add('c', false);
    answer();
    await turn();
    expect([begun, line.waiting]).toEqual([['a b'], ['c']]);
    line.flush();
    expect(begun).toEqual(['a b', 'c']);
    answer();
    await turn();
    line.flush(); // nothing waits, so that it means no page to come
    add('d', false);
    expect([begun.length, line.waiting]).toEqual([2, ['d']]);
    const settled = line.settled();
    expect(begun.at(-1)).toBe('d');
    answer();
    await settled;
    expect(line.isIdle).toBe(true);
  });

  test('is settled when nothing waits or goes on', async () => {
    const { line, begun, add, answer } = begin();
    await line.settled();
    add('a');
    add('b');
    let isSettled = false;
    const settled = line.settled().then(() => {
      isSettled = true;
    });
    answer();
    await turn();
    expect([begun, isSettled]).toEqual([['a', 'b'], false]);
    answer();
    await settled;
    expect(line.underway).toBeUndefined();
  });

  test('leaves out a page that was dropped, and keeps others back while something else is done', async () => {
    const { line, begun, add, answer } = begin();
    add('a');
    add('b');
    expect(line.drop()).toEqual(['b']);
    answer();
    await line.settled();
    let end = () => {};
    line.do(() => new Promise<void>((resolve) => (end = resolve)));
    add('c');
    await turn();
    expect(begun).toEqual(['a']);
    end();
    await turn();
    expect(begun).toEqual(['a', 'c']);
  });
});
