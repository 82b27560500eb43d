import { IsSha256 } from '../rules/digest.js';
import { IsForm, IsId, IsInteger } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** Digest of everything that a projection held when it had taken the journal in up to a position. */
export class ProjectionStateHashed {
  @IsId() name!: string;
  @IsInteger({ min: 1, max: 1_000_000 }) version!: number;
  /** Position of the last event that it had taken in. */
  @IsForm({
    name: 'isPosition',
    code: 'position.format',
    ar: 'موضع في السجل: أرقام بلا أصفار بادئة',
    en: 'A position is digits without a leading zero',
    expected: '0 or 1-18 digits',
    pattern: /^(?:0|[1-9][0-9]{0,17})$/,
  })
  atPosition!: string;
  /** SHA-256 of its canonical dump. */
  @IsSha256() hash!: string;
}

export const projectionEvents = {
  'gov.sijill.projection.stateHashed.v1': ProjectionStateHashed,
} as const satisfies EventRegister;
export type ProjectionFact = FactOf<typeof projectionEvents>;
