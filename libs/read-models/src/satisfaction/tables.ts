import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Ratings by customers, one by one or as totals of a publisher, as known on each day. */
@Entity({ name: 'satisfaction_day', synchronize: false })
export class SatisfactionDay {
  /** Day of the rating; last day of a total's period. */
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  /** Day of recording, or on which the publisher made a total known. */
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  /** Day of recording. */
  @PrimaryColumn('date', { name: 'recorded_day' }) recordedDay!: string;
  /** First day of a total's period; of a rating its own day. */
  @PrimaryColumn('date', { name: 'period_start' }) periodStart!: string;
  /** `event`: answers recorded one by one. `aggregate`: totals, never added to them nor to each other across the next four. */
  @PrimaryColumn('text') origin!: string;
  @Column('text', { primary: true, nullable: true }) publisher!: string | null;
  @Column('text', { primary: true, nullable: true }) dataset!: string | null;
  @Column('text', { primary: true, nullable: true }) freq!: string | null;
  /** What a total is about and splits into, for example `service/channel`. */
  @Column('text', { primary: true, nullable: true }) breakdown!: string | null;
  /** Of totals of 12 months ending with any quarter, which overlap their neighbours: `first..last`. */
  @Column('text', { primary: true, nullable: true }) period!: string | null;
  @Column('text', { primary: true, nullable: true }) entity!: string | null;
  @Column('text', { primary: true, nullable: true }) service!: string | null;
  @Column('text', { primary: true, nullable: true }) channel!: string | null;
  @Column('text', { primary: true, nullable: true }) platform!: string | null;
  /** Answers by rating, 1 very dissatisfied to 5 very satisfied. */
  @Column('bigint', { name: 'rating_1' }) rating1!: string;
  @Column('bigint', { name: 'rating_2' }) rating2!: string;
  @Column('bigint', { name: 'rating_3' }) rating3!: string;
  @Column('bigint', { name: 'rating_4' }) rating4!: string;
  @Column('bigint', { name: 'rating_5' }) rating5!: string;
}
