import type { Part } from '../part.js';
import type { Page, ReadEvent } from '../read-model.js';
import { ContinuityEvent, Disruption, Measure, MeasureCoordination, Outage } from './tables.js';

/** Effects that take no channel away from customers: work moves, or those who do it. */
const UNRESTRICTING: ReadonlySet<unknown> = new Set(['movedRemote', 'staffRemote']);

type DisruptionRow = Readonly<Disruption>;
type MeasureRow = Readonly<Measure>;
type OutageRow = Readonly<Outage>;

/** Disruptions, measures and outages: what keeps services from being reached. Each stream keeps its row as state. */
export const continuityPart: Part = {
  name: 'continuity',
  version: 1,
  cubes: [],
  rows: [Disruption, Measure, MeasureCoordination, Outage, ContinuityEvent],
  types: [
    ...['declared', 'ended'].map((past) => `gov.sijill.disruption.${past}.v1`),
    ...['notified', 'coordinated', 'lifted'].map((past) => `gov.sijill.measure.${past}.v1`),
    ...['started', 'ended'].map((past) => `gov.sijill.outage.${past}.v1`),
  ],
  keys: ({ stream }) => [stream],
  apply(event, page) {
    if (event.category === 'disruption') foldDisruption(event, page);
    else if (event.category === 'measure') foldMeasure(event, page);
    else foldOutage(event, page);
  },
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const foldDisruption = (event: ReadEvent, page: Page): void => {
  const { type, stream, id, data, knownDay } = event;
  const known = page.get<DisruptionRow>(stream);
  const row: DisruptionRow | undefined = type.endsWith('.ended.v1')
    ? known && { ...known, endedOn: String(data.on), endedKnown: knownDay }
    : {
        ...{
          disruption: id,
          jurisdiction: String(data.jurisdiction),
          kind: String(data.kind),
          title: data.title as object,
        },
        ...{ fromDay: String(data.from), knownDay, endedOn: null, endedKnown: null },
      };
  if (!row) return;
  page.set(stream, row);
  page.put(Disruption, { ...row });
  note(event, page, { disruption: id, entity: null, services: [] });
};

const foldMeasure = (event: ReadEvent, page: Page): void => {
  const { type, stream, data, revision, effectiveDay, knownDay } = event;
  const [entity, measure] = [String(data.entityId), String(data.measureId)];
  const row = measureAfter(event, page.get<MeasureRow>(stream));
  if (!row) return;
  page.set(stream, row);
  page.put(Measure, { ...row });
  if (type.endsWith('.coordinated.v1'))
    page.put(MeasureCoordination, {
      ...{ entity, measure, revision, decision: String(data.decision), fromDay: effectiveDay, knownDay },
    });
  note(event, page, { disruption: row.disruption, entity, services: row.services });
};

const measureAfter = ({ type, data, knownDay }: ReadEvent, known: MeasureRow | undefined): MeasureRow | undefined => {
  if (type.endsWith('.coordinated.v1')) return known;
  if (type.endsWith('.lifted.v1')) return known && { ...known, liftedOn: String(data.on), liftedKnown: knownDay };
  return {
    ...{ entity: String(data.entityId), measure: String(data.measureId), disruption: text(data.disruptionId) },
    ...{ effect: String(data.effect), reason: String(data.reason), services: data.serviceIds as readonly string[] },
    channels: UNRESTRICTING.has(data.effect) ? [] : (data.channels as readonly string[]),
    ...{ fromDay: String(data.from), untilDay: text(data.until), knownDay, liftedOn: null, liftedKnown: null },
  };
};

const foldOutage = (event: ReadEvent, page: Page): void => {
  const { type, stream, data, time, knownDay } = event;
  const service = String(data.serviceId);
  const known = page.get<OutageRow>(stream);
  const row: OutageRow | undefined = type.endsWith('.ended.v1')
    ? known && { ...known, endedAt: time, endedKnown: knownDay }
    : {
        ...{ service, outage: String(data.outageId), channel: text(data.channel) },
        ...{ startedAt: time, knownDay, endedAt: null, endedKnown: null },
      };
  if (!row) return;
  page.set(stream, row);
  page.put(Outage, { ...row });
  note(event, page, { disruption: null, entity: null, services: [service] });
};

type About = Pick<ContinuityEvent, 'disruption' | 'entity' | 'services'>;

const note = ({ stream, revision, effectiveDay, knownDay }: ReadEvent, page: Page, about: About): void =>
  page.put(ContinuityEvent, { stream, revision, effectiveDay, knownDay, ...about });
