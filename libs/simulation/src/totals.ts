import { type Scribe, type SimulatedEvent } from './event.js';
import type { Random } from './random.js';
import type { World } from './register.js';

const PUBLISHER = 'ae-du.telecom';
const DATASET = 'service-survey';
const QUARTERS = [
  ['2024-01-01', '2024-03-31'],
  ['2024-04-01', '2024-06-30'],
  ['2024-07-01', '2024-09-30'],
  ['2024-10-01', '2024-12-31'],
] as const;
const TIME = '2025-01-02T09:00:00+04:00';
const UNIT = 'transaction';

/** A source that publishes totals only: what was asked of it, what it gave, what it did not give. */
export function* reportTotals(scribe: Scribe, random: Random, world: World): Generator<SimulatedEvent> {
  const source = `${PUBLISHER}:survey`;
  const services = world.services.filter(({ entityId }) => ['fuel', 'telecom', 'dewa'].includes(entityId));
  const cells = QUARTERS.flatMap(([periodStart, periodEnd]) =>
    ['volume', 'volume_digital'].map((measure) => ({ measure, freq: 'Q', periodStart, periodEnd })),
  );
  const serviceIds = services.map(({ serviceId }) => serviceId);
  yield {
    event: scribe.write('collection.requested', source, TIME, {
      publisher: PUBLISHER,
      dataset: DATASET,
      part: 1,
      serviceIds,
      cells,
    }),
    role: 'integrator',
    effect: { cells_requested: serviceIds.length * cells.length },
  };
  for (const serviceId of serviceIds) {
    for (const [periodStart, periodEnd] of QUARTERS) {
      const volume = random.between(800, 60_000);
      const digital = Math.floor(volume * (0.55 + random.next() * 0.4));
      for (const [measure, value] of [
        ['volume', volume],
        ['volume_digital', digital],
      ] as const) {
        if (random.isBelow(0.08)) continue; // asked for and not given
        yield {
          event: scribe.write('aggregate.reported', source, TIME, {
            publisher: PUBLISHER,
            dataset: DATASET,
            serviceId,
            measure,
            freq: 'Q',
            periodStart,
            periodEnd,
            unit: UNIT,
            value: String(value),
          }),
          role: 'integrator',
          effect: { cells_provided: 1, [`aggregate_${measure}`]: value },
        };
      }
    }
  }
}
