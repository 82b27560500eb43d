import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One thing a source said about one cell: reported, restated or withdrawn. Nothing is ever replaced here. */
@Entity({ name: 'aggregate_entry', synchronize: false })
@Index(['publisher', 'dataset'])
export class AggregateEntry {
  /** Name of the cell: id part of its stream. */
  @PrimaryColumn('text') cell!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('text') publisher!: string;
  @Column('text') dataset!: string;
  /** Exactly one of service, entity and scope says what the total is about. */
  @Column('text', { nullable: true }) service!: string | null;
  @Column('text', { nullable: true }) entity!: string | null;
  @Column('text', { nullable: true }) scope!: string | null;
  /** Parts of the total; null = all of them together. */
  @Column('text', { nullable: true }) channel!: string | null;
  @Column('boolean', { nullable: true }) assisted!: boolean | null;
  @Column('text', { nullable: true }) category!: string | null;
  @Column('text') measure!: string;
  @Column('text') unit!: string;
  @Column('text') freq!: string;
  @Column('date', { name: 'period_start' }) periodStart!: string;
  @Column('date', { name: 'period_end' }) periodEnd!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'recorded_day' }) recordedDay!: string;
  /** Null when missing or withdrawn. */
  @Column('numeric', { nullable: true }) value!: string | null;
  /** notProvided, notApplicable, notRequested or suppressed. */
  @Column('text', { nullable: true }) missing!: string | null;
  /** reported, restated or withdrawn. */
  @Column('text') kind!: string;
  /** What a restatement or withdrawal replaced: a number, or none where `previous_missing` says why. */
  @Column('numeric', { nullable: true }) previous!: string | null;
  @Column('text', { name: 'previous_missing', nullable: true }) previousMissing!: string | null;
}

/** Owner of a service from a day on, and the jurisdiction of that owner. */
@Entity({ name: 'service_owner', synchronize: false })
export class ServiceOwner {
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('text') entity!: string;
  @Column('text', { nullable: true }) jurisdiction!: string | null;
}

/** A part of the grid of what was asked: every cell of every service (or entity). Stored as it came, never multiplied out. */
@Entity({ name: 'collection_part', synchronize: false })
export class CollectionPart {
  @PrimaryColumn('text') publisher!: string;
  @PrimaryColumn('text') dataset!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'recorded_day' }) recordedDay!: string;
  @Column('text', { array: true }) services!: readonly string[];
  @Column('text', { array: true }) entities!: readonly string[];
  /** `{ measure, freq, periodStart, periodEnd }` each. */
  @Column('jsonb') cells!: readonly object[];
}

/** A cell of the grid that was not asked after all, or has no meaning. The last one said of a cell counts. */
@Entity({ name: 'collection_exemption', synchronize: false })
export class CollectionExemption {
  @PrimaryColumn('text') publisher!: string;
  @PrimaryColumn('text') dataset!: string;
  @PrimaryColumn('bigint') revision!: string;
  /** Service or entity. */
  @Column('text') subject!: string;
  @Column('text') measure!: string;
  @Column('text') freq!: string;
  @Column('date', { name: 'period_start' }) periodStart!: string;
  /** notRequested or notApplicable. */
  @Column('text') status!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'recorded_day' }) recordedDay!: string;
}
