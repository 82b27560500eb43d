import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A centre, kiosk or call centre as it stood from one day to another, as known from one day to another. Ends are exclusive. */
@Entity({ name: 'place_span', synchronize: false })
export class PlaceSpan {
  /** `centre`, `kiosk` or `callCentre`; each counts its ids for itself. */
  @PrimaryColumn('text') kind!: string;
  @PrimaryColumn('text') place!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') entity!: string;
  /** Null: nobody has said where. */
  @Column('text', { nullable: true }) area!: string | null;
  /** Of a centre: serving, awareness or suspended, the last of the day. */
  @Column('text', { nullable: true }) mode!: string | null;
  /** Counter windows of a centre. */
  @Column('int', { nullable: true }) windows!: number | null;
  /** `always` or `weekly`. */
  @Column('text', { nullable: true }) hours!: string | null;
  @Column('boolean', { name: 'is_open' }) isOpen!: boolean;
}

/** Events that made a place what it is. */
@Entity({ name: 'place_event', synchronize: false })
export class PlaceEvent {
  @PrimaryColumn('text') stream!: string;
  @PrimaryColumn('bigint') revision!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
}
