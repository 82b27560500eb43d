import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Volume, outcomes, flags and money of transactions, as known on each day. */
@Entity({ name: 'channel_volume_day', synchronize: false })
@Index(['effectiveDay', 'service'])
export class ChannelVolumeDay {
  /** Day to which the figures belong, in the zone of the entity. */
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  /** Day on which the ledger learned it. A correction adds rows; it never changes one. */
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  /** `event` or `receipt`: the same figures dated twice; a question reads one of them. */
  @PrimaryColumn('text') basis!: string;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text') flow!: string;
  /** Of receipt; for switches the channel left or reached, for money the channel that took it. */
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('boolean') assisted!: boolean;
  @PrimaryColumn('text') category!: string;
  @Column('text', { primary: true, nullable: true }) platform!: string | null;
  @Column('text', { primary: true, nullable: true }) centre!: string | null;
  @Column('text', { primary: true, nullable: true }) kiosk!: string | null;
  @Column('text', { primary: true, nullable: true }) path!: string | null;
  /** Channels that a closed request was switched to, by name and comma; null without a switch, and for what is no outcome. */
  @Column('text', { primary: true, nullable: true }) reached!: string | null;
  @Column('bigint') started!: string;
  @Column('bigint') received!: string;
  @Column('bigint') completed!: string;
  @Column('bigint') rejected!: string;
  /** Part of `rejected`. */
  @Column('bigint', { name: 'not_eligible' }) notEligible!: string;
  @Column('bigint') withdrawn!: string;
  @Column('bigint') duplicate!: string;
  @Column('bigint') transferred!: string;
  @Column('bigint') voided!: string;
  /** +1 on the day of receipt, -1 on the day of the outcome: a sum from the beginning is the stock. */
  @Column('bigint') open!: string;
  /** Completed with the outcome the customer wanted. */
  @Column('bigint') intended!: string;
  /** Closed with a term. */
  @Column('bigint') due!: string;
  /** Closed at or before the term. */
  @Column('bigint', { name: 'on_time' }) onTime!: string;
  /** Whole minutes from receipt to outcome of the closed ones. */
  @Column('bigint', { name: 'minutes_open' }) minutesOpen!: string;
  @Column('bigint', { name: 'switched_from' }) switchedFrom!: string;
  @Column('bigint', { name: 'switched_to' }) switchedTo!: string;
  /** Completed ones that pass the electronic test, fail it, cannot be judged. */
  @Column('bigint', { name: 'e_yes' }) eYes!: string;
  @Column('bigint', { name: 'e_no' }) eNo!: string;
  @Column('bigint', { name: 'e_unknown' }) eUnknown!: string;
  @Column('bigint') paperless!: string;
  /**
   * Of completed ones that the classes of channels may decide otherwise: those that pass the test but for their channels, those that
   * cannot be judged so, those that are then paperless. Of the others the flags above say it.
   */
  @Column('bigint', { name: 'rest_yes' }) restYes!: string;
  @Column('bigint', { name: 'rest_unknown' }) restUnknown!: string;
  @Column('bigint', { name: 'rest_paperless' }) restPaperless!: string;
  /** Fils. */
  @Column('numeric', { name: 'fee_due' }) feeDue!: string;
  @Column('numeric') settled!: string;
  @Column('numeric') refunded!: string;
}

/** Columns that no data set shows: others are made of them. */
export const INNER_MEASURES: ReadonlySet<string> = new Set(['rest_yes', 'rest_unknown', 'rest_paperless']);

/** Steps of transactions by service and day, as known on each day. Voided steps are taken back. */
@Entity({ name: 'electronic_share_day', synchronize: false })
export class ElectronicShareDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('text') flow!: string;
  /** Channel of receipt. */
  @PrimaryColumn('text') channel!: string;
  /** Dated by the day of the step. */
  @Column('bigint', { name: 'steps_electronic' }) stepsElectronic!: string;
  @Column('bigint', { name: 'steps_manual' }) stepsManual!: string;
  /** Those of either kind whose data came from another entity. */
  @Column('bigint', { name: 'steps_from_others' }) stepsFromOthers!: string;
  /** Dated by the day of completion. */
  @Column('bigint', { name: 'transactions_with_steps' }) transactionsWithSteps!: string;
  @Column('bigint') completed!: string;
}

/** Electronic share of the procedure as its owner declared it, from a day on. */
@Entity({ name: 'declared_share', synchronize: false })
export class DeclaredShare {
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'from_day' }) fromDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  /** Hundredths of a per cent. */
  @Column('int', { name: 'electronic_bp' }) electronicBp!: number;
}

/** Entity under which the facts of a merged one appear from a day on; chains of mergers are already followed. */
@Entity({ name: 'merged_entity', synchronize: false })
export class MergedEntity {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('date', { name: 'from_day' }) fromDay!: string;
  /** Moment (see freezes/late.ts). */
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'into_entity' }) intoEntity!: string;
}
