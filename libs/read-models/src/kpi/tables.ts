import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A version of a KPI as the ledger defines it. */
@Entity({ name: 'kpi_version', synchronize: false })
export class KpiVersion {
  @PrimaryColumn('text') kpi!: string;
  @PrimaryColumn('int') version!: number;
  /** First day for which it answers unless another is asked for. */
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** From this day on it answers only where it is asked for. */
  @Column('date', { name: 'retired_from', nullable: true }) retiredFrom!: string | null;
  /** Day since which that is known. */
  @Column('date', { name: 'retired_known', nullable: true }) retiredKnown!: string | null;
  /** Data of the event that defined it. */
  @Column('jsonb') definition!: object;
}
