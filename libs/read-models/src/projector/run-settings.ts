import type { Pool } from 'pg';
import type { ProjectorSettings } from './projector.js';

/** What the runs of one projector have in common. */
export interface RunSettings
  extends Required<Pick<ProjectorSettings, 'store' | 'owner' | 'leaseMs' | 'knownTypes'>>,
    Pick<ProjectorSettings, 'pageEvents'> {
  readonly pool: Pool;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onFault: (projection: string, kind: 'fenced' | 'parked' | 'retry', error: unknown) => void;
}
