export type { Counts, SimulatedEvent, WireEvent } from './event.js';
export { sum as sumCounts } from './event.js';
export { VOLUME_COUNTS } from './figures.js';
export type { SimulationOptions } from './year.js';
export { SIMULATED_YEAR, simulate, totalsOf } from './year.js';
