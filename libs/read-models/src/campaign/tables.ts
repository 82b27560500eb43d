import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Requests of customers, the money they settled and the paper they took, for the figures of campaigns. Within editions that were announced it is
 * kept by the hour, elsewhere by the day (ADR 0017).
 */
@Entity({ name: 'campaign_hour', synchronize: false })
@Index(['effectiveDay', 'service'])
export class CampaignHour {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  /** Freezes that the day of knowledge had seen before (ADR 0016). */
  @PrimaryColumn('int') freezes!: number;
  /** 0 to 23 in the zone of the entity; null outside of editions, and for what was recorded before the announcement. */
  @Column('int', { primary: true, nullable: true }) hour!: number | null;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('text') service!: string;
  /** Of receipt; for money the channel that took it. */
  @PrimaryColumn('text') channel!: string;
  @PrimaryColumn('text') category!: string;
  @Column('text', { primary: true, nullable: true }) centre!: string | null;
  @Column('text', { primary: true, nullable: true }) kiosk!: string | null;
  @PrimaryColumn('boolean', { name: 'is_fee_bearing' }) isFeeBearing!: boolean;
  @Column('bigint') received!: string;
  /** Fils, by the day and hour of settlement. */
  @Column('numeric') settled!: string;
  @Column('numeric') refunded!: string;
  /** Sheets that the office used for them, by the day on which it did. */
  @Column('bigint') sheets!: string;
}

// The ledger believed a row from one moment to another, which is exclusive (ADR 0016).

/** One edition as it was known: announced, cancelled, with a headline, frozen. */
@Entity({ name: 'campaign_edition', synchronize: false })
export class CampaignEdition {
  @PrimaryColumn('text') campaign!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
  @Column('text') series!: string;
  @Column('int') edition!: number;
  @Column('text') owner!: string;
  @Column('date', { name: 'first_day' }) firstDay!: string;
  @Column('date', { name: 'last_day' }) lastDay!: string;
  @Column('boolean', { name: 'is_fee_bearing_only' }) isFeeBearingOnly!: boolean;
  @Column('text') phase!: string;
  /** Method of the baseline that its owner quotes. */
  @Column('text', { nullable: true }) headline!: string | null;
  /** How many weeks matched weekdays go back where its owner chose that. */
  @Column('int', { nullable: true }) weeks!: number | null;
  /** The last moment before its freeze. */
  @Column('text', { name: 'frozen_at', nullable: true }) frozenAt!: string | null;
}

/** Working calendar and policies as they were recorded when figures were frozen. */
@Entity({ name: 'campaign_freeze', synchronize: false })
export class CampaignFreeze {
  @PrimaryColumn('text') campaign!: string;
  @Column('jsonb') calendar!: object;
  @Column('jsonb', { nullable: true }) policy!: object | null;
  /** Versions of the policy on classes of channels. */
  @Column('jsonb') classes!: object;
}

/** Who and what an edition is about. Holds for the whole edition and its baselines. */
@Entity({ name: 'campaign_scope', synchronize: false })
export class CampaignScope {
  @PrimaryColumn('text') campaign!: string;
  /** entity, centre, service or kiosk. */
  @PrimaryColumn('text') kind!: string;
  @PrimaryColumn('text') id!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
}

/** What an entity of the scope answered, from one day to another. */
@Entity({ name: 'campaign_participant', synchronize: false })
export class CampaignParticipant {
  @PrimaryColumn('text') campaign!: string;
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  /** joined or left. */
  @Column('text') answer!: string;
  /** Services it brings in, as it says. */
  @Column('bigint', { nullable: true }) services!: string | null;
  /** Channels that it said are ready, and those that are not. */
  @Column('text', { array: true }) ready!: string[];
  @Column('text', { array: true, name: 'not_ready' }) notReady!: string[];
}

/** Acts of awareness of an edition. */
@Entity({ name: 'campaign_activity', synchronize: false })
export class CampaignActivity {
  @PrimaryColumn('text') campaign!: string;
  @PrimaryColumn('text') activity!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
  @Column('date') day!: string;
  @Column('text') entity!: string;
  @Column('text', { nullable: true }) centre!: string | null;
  @Column('bigint', { nullable: true }) attendance!: string | null;
}

/** Mode of a centre between two instants, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, which sort as texts. */
@Entity({ name: 'centre_mode', synchronize: false })
export class CentreMode {
  @PrimaryColumn('text') centre!: string;
  @PrimaryColumn('text', { name: 'effective_from' }) effectiveFrom!: string;
  @PrimaryColumn('text', { name: 'known_from' }) knownFrom!: string;
  @Column('text', { name: 'known_to' }) knownTo!: string;
  @Column('text', { name: 'effective_to' }) effectiveTo!: string;
  /** serving, awareness, suspended or closed. */
  @Column('text') mode!: string;
}

/** Events that made an edition, its scope and its participants, the mode of a centre, or mergers, what they are. */
@Entity({ name: 'campaign_event', synchronize: false })
@Index(['subject'])
export class CampaignEvent {
  @PrimaryColumn('text') stream!: string;
  @PrimaryColumn('bigint') revision!: string;
  /** Id of the campaign, centre or merged entity. */
  @Column('text') subject!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
  @Column('text', { name: 'known_from' }) knownFrom!: string;
}
