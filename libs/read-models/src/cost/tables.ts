import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One component of what an entity spent on a service over a period, as known from one day to another, its end exclusive. */
@Entity({ name: 'cost_span', synchronize: false })
export class CostSpan {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  /** First and last day, both inside. */
  @PrimaryColumn('date', { name: 'period_start' }) periodStart!: string;
  @PrimaryColumn('date', { name: 'period_end' }) periodEnd!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  /** Place in the list of components. */
  @PrimaryColumn('int') nth!: number;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  /** Of the event that told it. */
  @Column('bigint') revision!: string;
  @Column('text', { name: 'cost_kind' }) costKind!: string;
  /** Null: of all channels together. */
  @Column('text', { nullable: true }) channel!: string | null;
  /** Fils. */
  @Column('numeric') amount!: string;
}
