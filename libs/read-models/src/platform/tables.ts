import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Transactions that came through a platform, as known on each day. */
@Entity({ name: 'platform_day', synchronize: false })
export class PlatformDay {
  /** Of `transactions` the day of completion, of money the day on which it moved, in the zone of the entity. */
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') platform!: string;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text') flow!: string;
  /** Of all payments of the transaction: `mixed` where they differ, `none` where there is none. */
  @PrimaryColumn('text', { name: 'payment_kind' }) paymentKind!: string;
  /** Opaque id of the customer; never shown, only counted. Null: the transaction names none. */
  @Column('text', { primary: true, nullable: true }) subject!: string | null;
  /** Completed. */
  @Column('bigint') transactions!: string;
  /** Fils. */
  @Column('numeric') settled!: string;
  @Column('numeric') refunded!: string;
}

/** How often pages of information were opened on platforms, as known on each day. */
@Entity({ name: 'platform_views_day', synchronize: false })
export class PlatformViewsDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') platform!: string;
  @PrimaryColumn('text') info!: string;
  @Column('bigint') views!: string;
}
