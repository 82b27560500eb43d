import type { Scribe, SimulatedEvent } from '../event.js';
import { Random } from '../random.js';
import type { World } from '../register.js';
import type { Span } from '../span.js';
import type { Arrival } from '../transaction.js';
import { digitalShareOn, editionOn } from './agenda.js';
import { servicesInScope, tellCampaigns } from './campaign.js';
import { tellCatalogue } from './catalogue.js';
import { Chronicle } from './chronicle.js';
import { tellClaims } from './claims.js';
import { tellContinuity } from './continuity.js';
import { tellCustomers } from './customers.js';
import { tellPaper } from './paper.js';
import { registerProgrammes } from './registers.js';
import { tellSharing } from './sharing.js';
import { tellStamps } from './stamp.js';
import { tellStrategies } from './strategy.js';

/** From here on a run has as many entities, services and centres as were published; a smaller one has its part of them. */
const EVENTS_OF_FULL_SIZE = 20_000;
/** Share of the events that are enquiries, and as many opinions. */
const CUSTOMERS_SHARE = 0.01;
const CUSTOMERS_MAX = 5_000;

/** Every programme of the simulated year: its registers, then its facts in the order in which the ledger hears of them. */
export const simulateProgrammes = (
  { scribe, span, seed, events }: { scribe: Scribe; span: Span; seed: string; events: number },
  base: World,
): { registers: SimulatedEvent[]; facts: readonly Arrival[]; world: World } => {
  const random = new Random(`${seed}:programmes`);
  const scale = Math.min(1, events / EVENTS_OF_FULL_SIZE);
  const { events: registers, world: registered } = registerProgrammes({ scribe, random, scale }, base, span.openingDay);
  const scope = new Set(servicesInScope(registered));
  const world: World = {
    ...registered,
    conduct: {
      digitalShareOn: (day, { entityId }, share) => digitalShareOn(day, entityId, share),
      editionOn: (day, { serviceId }) => (scope.has(serviceId) ? editionOn(day)?.campaignId : undefined),
      random: new Random(`${seed}:conduct`),
    },
  };
  const chronicle = new Chronicle(scribe, span.firstMs);
  tellStrategies(chronicle, span.openingDay);
  tellCatalogue(chronicle, random, world, span.openingDay);
  tellClaims(chronicle, span.openingDay);
  tellPaper(chronicle, random, scale);
  tellCampaigns(chronicle, random, world);
  tellContinuity(chronicle, random, world);
  tellStamps(chronicle, world);
  tellSharing(chronicle, random);
  tellCustomers(chronicle, random, world, Math.min(CUSTOMERS_MAX, Math.round(events * CUSTOMERS_SHARE)));
  return { registers, facts: chronicle.arrivals, world };
};
