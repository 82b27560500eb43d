import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a claim said after one of its events. The entry of the highest revision that was known by a day is what it says then. */
@Entity({ name: 'claim_entry', synchronize: false })
export class ClaimEntry {
  @PrimaryColumn('text') claim!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('text') publisher!: string;
  @Column('text') scope!: string;
  @Column('text') metric!: string;
  @Column('text') unit!: string;
  /** Decimal number or date, in the spelling of the source. */
  @Column('text') value!: string;
  @Column('text') qualifier!: string;
  @Column('text') kind!: string;
  @Column('text', { nullable: true }) period!: string | null;
  @Column('date', { name: 'period_start', nullable: true }) periodStart!: string | null;
  @Column('date', { name: 'period_end', nullable: true }) periodEnd!: string | null;
  @Column('boolean', { name: 'is_withdrawn' }) isWithdrawn!: boolean;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  /** Day on which it was made public, else recorded; never before that of the entry before. */
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'recorded_day' }) recordedDay!: string;
}

/** One version of a check between claims. */
@Entity({ name: 'claim_check_version', synchronize: false })
export class ClaimCheckVersion {
  @PrimaryColumn('text') check!: string;
  @PrimaryColumn('int') version!: number;
  @Column('bigint') revision!: string;
  @Column('text') expression!: string;
  /** `shown`: held against nothing. */
  @Column('text') relation!: string;
  @Column('text', { nullable: true }) against!: string | null;
  /** `{num, den}` */
  @Column('jsonb', { nullable: true }) tolerance!: { readonly num: string; readonly den: string } | null;
  @Column('text', { nullable: true, name: 'title_ar' }) titleAr!: string | null;
  @Column('text', { nullable: true, name: 'title_en' }) titleEn!: string | null;
  /** Claims that either side names. */
  @Column('text', { array: true }) claims!: string[];
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('date', { name: 'recorded_day' }) recordedDay!: string;
}
