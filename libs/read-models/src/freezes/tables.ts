import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Part of the cells of `sheets_day` that was learnt after a freeze of its day of knowledge. */
@Entity({ name: 'sheets_late', synchronize: false })
export class SheetsLate {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') entity!: string;
  @Column('text', { primary: true, nullable: true }) service!: string | null;
  @Column('text', { primary: true, nullable: true }) flow!: string | null;
  @Column('text', { primary: true, nullable: true }) kind!: string | null;
  /** Freezes that the day of knowledge had seen before, 1 or more. */
  @PrimaryColumn('int') nth!: number;
  @Column('bigint') sheets!: string;
}

/** Part of the cells of `channel_volume_day` that was learnt after a freeze of its day of knowledge. */
@Entity({ name: 'volume_late', synchronize: false })
export class VolumeLate {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') basis!: string;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('int') nth!: number;
  @Column('bigint') received!: string;
  @Column('bigint') completed!: string;
  @Column('bigint') rejected!: string;
  @Column('bigint') withdrawn!: string;
  @Column('bigint') duplicate!: string;
  @Column('bigint') transferred!: string;
}
