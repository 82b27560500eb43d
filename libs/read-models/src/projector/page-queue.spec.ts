import { PAGES_AHEAD_MAX, PageQueue } from './page-queue.js';

describe('The queue of pages', () => {
  /** Pages that are written when `answer` is called, and what was begun so far. */
  const queueOf = () => {
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    const queue = new PageQueue();
    const add = (name: string) =>
      queue.add(() => {
        begun.push(name);
        return new Promise<void>((answer) => answers.push(answer));
      });
    return { queue, begun, add, answer: () => answers.shift()?.() };
  };
  const turn = () => new Promise((resume) => setImmediate(resume));
  const isOver = async (work: Promise<void>): Promise<boolean> => {
    let over = false;
    void work.then(() => {
      over = true;
    });
    await turn();
    return over;
  };

  test('begins a page when the one before it is over', async () => {
    const { begun, add, answer } = queueOf();
    void add('a');
    void add('b');
    await turn();
    expect(begun).toEqual(['a']);
    answer();
    await turn();
    expect(begun).toEqual(['a', 'b']);
  });

  test(`lets the fold go on until ${PAGES_AHEAD_MAX} pages wait`, async () => {
    const { add, answer } = queueOf();
    for (let nth = 0; nth < PAGES_AHEAD_MAX; nth++) expect(await isOver(add(`${nth}`))).toBe(true);
    const full = add('as many wait as may, beside the one that is written');
    expect(await isOver(full)).toBe(false);
    answer();
    expect(await isOver(full)).toBe(true);
  });

  test('is settled when all that was added is over', async () => {
    const { queue, add, answer } = queueOf();
    expect(await isOver(queue.settled())).toBe(true);
    void add('a');
    void add('b');
    const settled = queue.settled();
    await turn();
    answer();
    expect(await isOver(settled)).toBe(false);
    answer();
    expect(await isOver(settled)).toBe(true);
  });
});
