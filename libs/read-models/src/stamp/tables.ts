import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What an assessment needs of a service, as it stood from one day to another, believed from one moment to another (see
 * freezes/late.ts). Ends are exclusive. The catalogue tells the same by days: here a freeze has to be told apart within one.
 */
@Entity({ name: 'unit_span', synchronize: false })
@Index(['entity'])
export class UnitSpan {
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') entity!: string;
  @Column('text') kind!: string;
  @Column('text') flow!: string;
  @Column('text') status!: string;
  /** Codes of the channels offered. None of a retired service. */
  @Column('text', { array: true }) channels!: string[];
}

/** What was said of an assessment or a mark, of the services that are its units, and of mergers: for the events behind a figure. */
@Entity({ name: 'assessment_event', synchronize: false })
@Index(['entity', 'half'])
@Index(['service'])
export class AssessmentEvent {
  @PrimaryColumn('text') stream!: string;
  @PrimaryColumn('bigint') revision!: string;
  /** `opened`, `attested`, `waiverGranted` … `conferred` …; `merged` of an entity; `unit` of an event of a service. */
  @Column('text') what!: string;
  /** Null of an event of a service. */
  @Column('text', { nullable: true }) entity!: string | null;
  @Column('text', { nullable: true }) half!: string | null;
  @Column('text', { nullable: true }) service!: string | null;
  /** Waiver that is granted or revoked. */
  @Column('text', { nullable: true }) waiver!: string | null;
  @Column('text') moment!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('jsonb') data!: Readonly<Record<string, unknown>>;
}

/** A baseline as an event said it; of one year the last one that is known counts. */
@Entity({ name: 'stamp_baseline', synchronize: false })
export class StampBaseline {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('int') year!: number;
  @PrimaryColumn('bigint') revision!: string;
  @Column('text') moment!: string;
  @Column('bigint') sheets!: string;
  /** Sheets of January to December. Null: only the year is known. */
  @Column('bigint', { array: true, nullable: true }) monthly!: string[] | null;
}

/** A version of policy `stamp` or `size-class`; the highest known one that has begun is in force. */
@Entity({ name: 'stamp_policy', synchronize: false })
export class StampPolicy {
  @PrimaryColumn('text') policy!: string;
  @PrimaryColumn('int') version!: number;
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('text') moment!: string;
  @Column('jsonb') parameters!: Readonly<Record<string, unknown>>;
}

/** A half was frozen or reopened. The last turn that is known counts. */
@Entity({ name: 'period_turn', synchronize: false })
export class PeriodTurn {
  @PrimaryColumn('text') jurisdiction!: string;
  @PrimaryColumn('text') half!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('boolean', { name: 'is_frozen' }) isFrozen!: boolean;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** Of all freezes of its day, from 1 on. */
  @Column('int') nth!: number;
}
