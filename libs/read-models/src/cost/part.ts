import type { Part } from '../part.js';
import { NO_END } from '../spans.js';
import { CostSpan } from './tables.js';

const REPORTED = 'gov.sijill.cost.reported.v1';
const RESTATED = 'gov.sijill.cost.restated.v1';
const WITHDRAWN = 'gov.sijill.cost.withdrawn.v1';

/** Data of an event; without components the figures were withdrawn. */
interface Told {
  readonly entityId: string;
  readonly serviceId: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly components?: readonly { readonly kind: string; readonly channel?: string; readonly amount: string }[];
}
type Span = Readonly<CostSpan>;
/** Rows that are believed. */
interface CostState {
  readonly spans: readonly Span[];
}

/** What was told last of a service and period holds from the day on which it is known; what was told before ends on that day. */
export const costPart: Part = {
  name: 'cost',
  version: 1,
  cubes: [],
  rows: [CostSpan],
  types: [REPORTED, RESTATED, WITHDRAWN],
  keys: ({ stream }) => [stream],
  apply({ stream, revision, data, knownDay }, page) {
    const { entityId: entity, serviceId: service, periodStart, periodEnd, components = [] } = data as unknown as Told;
    const spans = components.map(
      ({ kind, channel = null, amount }, nth): Span => ({
        ...{ entity, service, periodStart, periodEnd, nth, costKind: kind, channel, amount },
        ...{ knownFrom: knownDay, knownTo: NO_END, revision: revision.toString() },
      }),
    );
    for (const span of page.get<CostState>(stream)?.spans ?? []) page.put(CostSpan, { ...span, knownTo: knownDay });
    for (const span of spans) page.put(CostSpan, { ...span });
    page.set<CostState>(stream, { spans });
  },
};
