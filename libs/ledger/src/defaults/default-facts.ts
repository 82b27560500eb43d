import { defaultCalendar } from './calendar.js';
import { defaultFactors } from './factors.js';
import type { DefaultFact } from './item.js';
import { defaultMeasurementKpis } from './kpis-measured.js';
import { defaultProgrammeKpis } from './kpis-programmes.js';
import { defaultPolicies } from './policies.js';

export { DEFAULTS_SOURCE, type DefaultFact } from './item.js';

/**
 * The registers that a fresh ledger adopts, as events of source `urn:sijill:sijill:defaults`: calendar, policies, factors,
 * indicators. Always the same items with the same ids, each stream's versions in order, so that posting them again
 * appends nothing.
 */
export const defaultFacts = (): readonly DefaultFact[] => [
  ...defaultCalendar(),
  ...defaultPolicies(),
  ...defaultFactors(),
  ...defaultMeasurementKpis(),
  ...defaultProgrammeKpis(),
];
