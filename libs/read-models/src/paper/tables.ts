import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Sheets of transactions, of paper records and out of stock, as known on each day. */
@Entity({ name: 'sheets_day', synchronize: false })
@Index(['effectiveDay', 'entity'])
export class SheetsDay {
  /** Day of the transaction's entry in the zone of the entity, a day of the record's period, or the day of issue. */
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  /** Day on which the ledger learned it. A correction adds rows; it never changes one. */
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') entity!: string;
  /** Null: nobody says for which service or internal process. */
  @Column('text', { primary: true, nullable: true }) service!: string | null;
  /** Null: out of stock. */
  @Column('text', { primary: true, nullable: true }) flow!: string | null;
  /** `process` or `habit`. Null: the customer's own sheets, and sheets out of stock. */
  @Column('text', { primary: true, nullable: true }) kind!: string | null;
  /** `transaction`, `record` or `stock`. */
  @PrimaryColumn('text') source!: string;
  /** How a record was made: `metered`, `counted` or `estimated`. Null: no record. */
  @Column('text', { primary: true, nullable: true }) method!: string | null;
  /** Used by the entity. */
  @Column('bigint') sheets!: string;
  /** Handed in by customers. */
  @Column('bigint', { name: 'customer_sheets' }) customerSheets!: string;
  /** Handed out of the store: the control total of `sheets`. */
  @Column('bigint') issued!: string;
}

/** In the place of a service: the entity as a whole. No service has an empty id. */
export const WHOLE_ENTITY = '';

/** What a baseline says of one entity, or of one service of it, over a year; as known from one day to another, its end exclusive. */
@Entity({ name: 'paper_baseline', synchronize: false })
export class PaperBaseline {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('int') year!: number;
  /** Of the event that said it. */
  @PrimaryColumn('bigint') revision!: string;
  /** {@link WHOLE_ENTITY}, or a service with a part of its own. */
  @PrimaryColumn('text') service!: string;
  @Column('date', { name: 'known_from' }) knownFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('bigint') sheets!: string;
  /** Null: not known. */
  @Column('bigint', { nullable: true }) transactions!: string | null;
  /** Sheets of January to December. Null: only the year is known; of services always. */
  @Column('bigint', { array: true, nullable: true }) monthly!: string[] | null;
}
