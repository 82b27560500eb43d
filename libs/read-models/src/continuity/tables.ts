import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'disruption', synchronize: false })
export class Disruption {
  @PrimaryColumn('text') disruption!: string;
  @Column('text') jurisdiction!: string;
  @Column('text') kind!: string;
  @Column('jsonb') title!: object;
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** Last day, known since `ended_known`. */
  @Column('date', { name: 'ended_on', nullable: true }) endedOn!: string | null;
  @Column('date', { name: 'ended_known', nullable: true }) endedKnown!: string | null;
}

/** A measure as its entity notified it. */
@Entity({ name: 'measure', synchronize: false })
export class Measure {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') measure!: string;
  @Column('text', { nullable: true }) disruption!: string | null;
  @Column('text') effect!: string;
  @Column('text') reason!: string;
  @Column('text', { array: true }) services!: readonly string[];
  /** Channels of each of the services that it restricts; empty for effects that restrict none. */
  @Column('text', { array: true }) channels!: readonly string[];
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'until_day', nullable: true }) untilDay!: string | null;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** Last day after all, known since `lifted_known`. */
  @Column('date', { name: 'lifted_on', nullable: true }) liftedOn!: string | null;
  @Column('date', { name: 'lifted_known', nullable: true }) liftedKnown!: string | null;
}

/** What the coordinating office said of a measure. Of several the last said counts. */
@Entity({ name: 'measure_coordination', synchronize: false })
export class MeasureCoordination {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') measure!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('text') decision!: string;
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
}

@Entity({ name: 'outage', synchronize: false })
export class Outage {
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text') outage!: string;
  /** Null: every channel. */
  @Column('text', { nullable: true }) channel!: string | null;
  /** RFC 3339. Its day depends on the zone of whoever asks. */
  @Column('text', { name: 'started_at' }) startedAt!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('text', { name: 'ended_at', nullable: true }) endedAt!: string | null;
  @Column('date', { name: 'ended_known', nullable: true }) endedKnown!: string | null;
}

/** Events that say which services could be reached. */
@Entity({ name: 'continuity_event', synchronize: false })
export class ContinuityEvent {
  @PrimaryColumn('text') stream!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('text', { nullable: true }) disruption!: string | null;
  @Column('text', { nullable: true }) entity!: string | null;
  @Column('text', { array: true }) services!: readonly string[];
}
