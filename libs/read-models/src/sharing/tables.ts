import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An agreement as it stood from one day to another, as known from one day to another. Ends are exclusive. */
@Entity({ name: 'agreement_span', synchronize: false })
@Index(['dataset'])
export class AgreementSpan {
  @PrimaryColumn('text') agreement!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') provider!: string;
  @Column('text', { name: 'party_kind' }) partyKind!: string;
  /** Entity that receives, where it is one of the ledger. */
  @Column('text', { nullable: true }) party!: string | null;
  @Column('text', { nullable: true }) partner!: string | null;
  @Column('text') audience!: string;
  @Column('text') dataset!: string;
  @Column('boolean', { name: 'personal_data' }) personalData!: boolean;
  /** The latest ethics review: passed, refused or none. */
  @Column('text') review!: string;
  /** proposed, active or ended. */
  @Column('text') status!: string;
  /** From the proposal to the first day in force; null: not in force yet. */
  @Column('int', { name: 'days_to_activation', nullable: true }) daysToActivation!: number | null;
  /** Kind of each obstacle that stands in the way. */
  @Column('text', { array: true }) obstacles!: string[];
}

/** An event of an agreement; a delivery with what went to the party. */
@Entity({ name: 'agreement_event', synchronize: false })
export class AgreementEvent {
  @PrimaryColumn('text') agreement!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('bigint') deliveries!: string;
  @Column('bigint') rows!: string;
  @Column('bigint') bytes!: string;
}
