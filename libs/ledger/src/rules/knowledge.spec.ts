import { contextOf } from '../given.contract.js';
import { assertPublished } from './knowledge.js';

/** Received on 2024-06-10 in Dubai, although it is the 9th in UTC. */
const RECORDED = '2024-06-09T20:00:00.000000Z';
const publish = (publishedOn: string | undefined, isSteward = false) => {
  const fact = { data: publishedOn === undefined ? {} : { publishedOn }, recorded: RECORDED };
  return () => assertPublished(fact, contextOf({ isSteward }));
};

describe('The day on which a source made something known', () => {
  test.each([undefined, '2024-06-10', '2024-06-03', '2024-06-11', '2024-06', '2024'])('may be %s for anybody', (day) =>
    expect(publish(day)).not.toThrow(),
  );
  test.each(['2024-06-02', '2024-05', '2023'])('may be %s for stewards alone: more than 7 days back', (day) => {
    expect(publish(day)).toThrow(expect.objectContaining({ code: 'knowledge.backdated' }));
    expect(publish(day, true)).not.toThrow();
  });
  test.each(['2024-06-12', '2024-07', '2025'])('may be %s for nobody: it has not come', (day) =>
    expect(publish(day, true)).toThrow(expect.objectContaining({ code: 'knowledge.inFuture' })),
  );
});
