import { createHash } from 'node:crypto';
import { simulate, totalsOf } from './year.js';

const EVENTS = 20_000;
const hashOf = (seed: string, events: number): string => {
  const hash = createHash('sha256');
  for (const { event } of simulate({ seed, events })) hash.update(JSON.stringify(event));
  return hash.digest('hex');
};

describe('The simulation', () => {
  const year = [...simulate({ seed: '2026', events: EVENTS })];

  test('gives exactly the number of events that was asked for', () => {
    expect(year).toHaveLength(EVENTS);
    expect([...simulate({ seed: '2026', events: 7 })]).toHaveLength(7);
  });

  test('is the same for the same seed and another for another', () => {
    expect(hashOf('a', 5_000)).toBe(hashOf('a', 5_000));
    expect(hashOf('a', 5_000)).not.toBe(hashOf('b', 5_000));
  });

  test('gives every event an id of its own', () => {
    expect(new Set(year.map(({ event }) => event.id)).size).toBe(EVENTS);
  });

  test('counts what it tells: received is the sum of the outcomes and the open ones', () => {
    const { received, completed, rejected, withdrawn, duplicate = 0, transferred = 0, open } = totalsOf(year);
    expect(received).toBe(completed! + rejected! + withdrawn! + duplicate + transferred + open!);
    expect(received).toBeGreaterThan(2_000);
  });

  test('tells of a year: traffic in every month, late news, corrections, refunds and voids', () => {
    const received = year.filter(({ event }) => event.type === 'gov.sijill.transaction.received.v1');
    expect(new Set(received.map(({ event }) => event.time.slice(0, 7))).size).toBe(12);
    const types = new Set(year.map(({ event }) => event.type.split('.').slice(2, 4).join('.')));
    for (const type of ['corrected', 'voided', 'paymentRefunded', 'channelSwitched', 'started']) {
      expect(types).toContain(`transaction.${type}`);
    }
    const times = received.map(({ event }) => event.time);
    expect(times.some((time, index) => index > 0 && times[index - 1]!.slice(0, 10) > time.slice(0, 10))).toBe(true);
  });

  test('tells of several years up to the same last one, each event on the day of its arrival', () => {
    const told = [...simulate({ seed: '2026', events: EVENTS, years: 3 })];
    const yearsOf = (days: readonly string[]) => [...new Set(days.map((day) => day.slice(0, 4)))].sort();
    const transactions = told.filter(({ event }) => event.type === 'gov.sijill.transaction.received.v1');
    expect(yearsOf(transactions.map(({ event }) => event.time)).slice(0, 3)).toEqual(['2023', '2024', '2025']);
    const arrivals = told.flatMap(({ arrivesOn }) => arrivesOn ?? []);
    expect(arrivals).toEqual([...arrivals].sort());
    expect(told.filter(({ event, arrivesOn }) => arrivesOn && event.time.slice(0, 10) > arrivesOn)).toEqual([]);
    expect(told[0]!.event.time).toMatch(/^2022-12-01/);
  });

  test('gives the year that it has always given', () => {
    expect(hashOf('a', 5_000)).toBe('c5d7cf77e7879878588a3bc8dbaf9c52c5930b3df2b2c8ecf58c9b0353214a94');
  });

  test('never refers to what was not told before', () => {
    const known = new Set<string>();
    for (const { event } of year) {
      const data = event.data as Record<string, string>;
      if (event.type === 'gov.sijill.service.registered.v1') known.add(data.serviceId!);
      if (event.type.startsWith('gov.sijill.transaction.') && data.serviceId) expect(known).toContain(data.serviceId);
    }
  });
});
