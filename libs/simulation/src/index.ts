export type { Counts, SimulatedEvent, WireEvent } from './event.js';
export { sum as sumCounts } from './event.js';
export { VOLUME_COUNTS } from './figures.js';
export { SIMULATED_YEAR } from './span.js';
export type { SimulationOptions } from './year.js';
export { simulate, totalsOf } from './year.js';
