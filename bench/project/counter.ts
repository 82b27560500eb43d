import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReadModel } from '#read-models';

/** Events by type, service, day and channel: what the server counts for itself in the case that bounds it. */
@Entity({ name: 'counted', synchronize: false })
export class Counted {
  @PrimaryColumn('text') type!: string;
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text') day!: string;
  @PrimaryColumn('text') channel!: string;
  @Column('bigint') events!: string;
}

interface Count {
  readonly events: number;
}
type Counting = Parameters<ReadModel['apply']>[0];

const keyOf = ({ type, data, time }: Counting): string =>
  `${type} ${data.serviceId ?? ''} ${time.slice(0, 10)} ${data.channel ?? ''}`;

/** The simplest model: one table, one state a row of it, nothing to take back and nothing noted behind a number. */
export const counter: ReadModel = {
  name: 'counter',
  version: 1,
  cubes: [],
  rows: [Counted],
  types: 'every',
  keys: (event) => [keyOf(event)],
  apply(event, page) {
    const key = keyOf(event);
    const events = (page.get<Count>(key)?.events ?? 0) + 1;
    page.set<Count>(key, { events });
    const { serviceId, channel } = event.data;
    const [service, day] = [String(serviceId ?? ''), event.time.slice(0, 10)];
    page.put(Counted, { type: event.type, service, day, channel: String(channel ?? ''), events });
  },
};
