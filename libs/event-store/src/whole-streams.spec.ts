import { WholeStreams } from './whole-streams.js';

describe('Loads of whole streams', () => {
  test('that are asked for together share a question, each stream once', async () => {
    const questions: (readonly string[])[] = [];
    const wholes = new WholeStreams(async (streams) => {
      questions.push(streams);
      return streams.map(() => []);
    });
    const asked = Array.from({ length: 100 }, (_, nth) => `sample-${nth % 40}`);
    expect(await Promise.all(asked.map((stream) => wholes.read(stream)))).toHaveLength(100);
    expect(questions.map((streams) => streams.length)).toEqual([40]);
  });

  test('never join a question that was sent before they were asked', async () => {
    const answers: (() => void)[] = [];
    let held = 0;
    const wholes = new WholeStreams(async (streams) => {
      const seen = held;
      await new Promise<void>((resolve) => answers.push(resolve));
      return streams.map(() => Array.from({ length: seen }, () => ({}) as never));
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const early = wholes.read('sample-1');
    await turn();
    held = 1; // committed after the first question was sent
    const late = wholes.read('sample-1');
    await turn();
    expect(answers).toHaveLength(1); // a single one waits until the first question is answered
    answers[0]!();
    expect(await early).toHaveLength(0);
    await turn();
    answers[1]!();
    expect(await late).toHaveLength(1);
  });

  test('are a second question beside the first one only where many wait', async () => {
    const questions: number[] = [];
    const wholes = new WholeStreams((streams) => {
      questions.push(streams.length);
      return new Promise(() => undefined); // never answered
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const ask = (loads: number) => {
      for (let nth = 0; nth < loads; nth++) void wholes.read(`sample-${nth}`);
      return turn();
    };
    await ask(1);
    await ask(31);
    expect(questions).toEqual([1]);
    await ask(1);
    expect(questions).toEqual([1, 31]); // 32 loads of 31 streams
    await ask(100);
    expect(questions).toEqual([1, 31]);
  });

  test('fail together when their question fails, and the next question is asked anew', async () => {
    let isAway = true;
    const wholes = new WholeStreams(async (streams) => {
      if (isAway) throw new Error('away');
      return streams.map(() => []);
    });
    const failed = await Promise.allSettled([wholes.read('sample-1'), wholes.read('sample-2')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await wholes.read('sample-1')).toEqual([]);
  });
});
