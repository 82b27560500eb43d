import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A service as it stood from one day to another, as known from one day to another. Ends are exclusive. */
@Entity({ name: 'service_span', synchronize: false })
@Index(['entity'])
export class ServiceSpan {
  @PrimaryColumn('text') service!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') entity!: string;
  @Column('text') kind!: string;
  @Column('text') flow!: string;
  @Column('boolean') critical!: boolean;
  @Column('text') status!: string;
  @Column('text', { array: true }) audience!: string[];
  @Column('text', { array: true }) themes!: string[];
  @Column('text', { array: true }) channels!: string[];
  /** Platforms named by its own offers; those that list it are in {@link PlatformSpan}. */
  @Column('text', { array: true }) platforms!: string[];
  @Column('text', { array: true, name: 'shared_services' }) sharedServices!: string[];
  /** Languages of the title. */
  @Column('text', { array: true }) languages!: string[];
  /** Null: nobody has said. */
  @Column('int', { nullable: true }) documents!: number | null;
  @Column('int', { nullable: true }) requirements!: number | null;
  @Column('int', { name: 'electronic_bp', nullable: true }) electronicBp!: number | null;
  /** Steps of its procedure, and those among them that are done by hand. Null: nobody has said. */
  @Column('int', { nullable: true }) steps!: number | null;
  @Column('int', { name: 'manual_steps', nullable: true }) manualSteps!: number | null;
  /** Points of twelve. */
  @Column('int') completeness!: number;
  @Column('jsonb') entry!: object;
  /** Titles as they are compared. */
  @Column('text', { array: true }) names!: string[];
  @Column('text', { array: true }) terms!: string[];
  @Column('text', { array: true }) grams!: string[];
}

@Entity({ name: 'entity_span', synchronize: false })
export class EntitySpan {
  @PrimaryColumn('text') entity!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') kind!: string;
  @Column('text') jurisdiction!: string;
  @Column('jsonb') title!: object;
  @Column('text', { nullable: true }) parent!: string | null;
  /** Entity into which it went up. */
  @Column('text', { nullable: true }) successor!: string | null;
  @Column('boolean', { name: 'is_closed' }) isClosed!: boolean;
}

@Entity({ name: 'platform_span', synchronize: false })
export class PlatformSpan {
  @PrimaryColumn('text') platform!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') operator!: string;
  @Column('jsonb') title!: object;
  @Column('text', { array: true }) audience!: string[];
  @Column('text', { array: true }) services!: string[];
  @Column('boolean', { name: 'is_closed' }) isClosed!: boolean;
}

/** A dependency or relation that was there from one day to another. Of a relation the lesser id stands first. */
@Entity({ name: 'edge_span', synchronize: false })
@Index(['toService'])
export class EdgeSpan {
  @PrimaryColumn('text', { name: 'from_service' }) fromService!: string;
  @PrimaryColumn('text', { name: 'to_service' }) toService!: string;
  /** `dependency` or `relation`. */
  @PrimaryColumn('text') kind!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
}

@Entity({ name: 'bundle_span', synchronize: false })
export class BundleSpan {
  @PrimaryColumn('text') bundle!: string;
  @PrimaryColumn('date', { name: 'known_from' }) knownFrom!: string;
  @PrimaryColumn('date', { name: 'effective_from' }) effectiveFrom!: string;
  @Column('date', { name: 'known_to' }) knownTo!: string;
  @Column('date', { name: 'effective_to' }) effectiveTo!: string;
  @Column('text') kind!: string;
  @Column('jsonb') title!: object;
  @Column('jsonb', { nullable: true }) description!: object | null;
  @Column('text', { array: true }) audience!: string[];
  @Column('int', { nullable: true }) priority!: number | null;
  /** In order, where it is a path. */
  @Column('text', { array: true }) services!: string[];
  /** Those of `services` that not every customer needs. */
  @Column('text', { array: true }) optional!: string[];
  @Column('boolean', { name: 'is_retired' }) isRetired!: boolean;
}

/** Events that made an entry what it is, its own and those of others that name it. */
@Entity({ name: 'service_event', synchronize: false })
@Index(['service'])
export class ServiceEvent {
  @PrimaryColumn('text') stream!: string;
  @PrimaryColumn('bigint') revision!: string;
  @PrimaryColumn('text') service!: string;
  @Column('text') type!: string;
  /** The other service of an edge, the bundle or the platform. Empty for events of the service itself. */
  @Column('text') about!: string;
  @Column('date', { name: 'effective_day' }) effectiveDay!: string;
  @Column('date', { name: 'known_day' }) knownDay!: string;
}
