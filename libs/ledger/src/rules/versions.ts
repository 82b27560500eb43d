import type { Failure } from '#kernel';
import { refuse, sameContent } from '../failures.js';

export interface Version {
  /** 1, 2, 3 and so on without a gap. */
  readonly version: number;
}

/**
 * Whether a version is new. Versions are adopted one after the other and never replaced, so that every figure that was
 * computed under one can be computed again.
 *
 * @returns False when this version is there with the same content.
 * @throws Failure `version.gap`.
 */
export const isNextVersion = (versions: readonly Readonly<Version>[], wanted: Readonly<Version>): boolean => {
  const known = versions.find(({ version }) => version === wanted.version);
  if (known !== undefined && sameContent(known, wanted)) return false;
  const expected = (versions.at(-1)?.version ?? 0) + 1;
  if (wanted.version === expected) return true;
  throw refuse('version.gap', { params: { expected: String(expected), version: String(wanted.version) } });
};

/** A version is named that was never adopted: `entry.unknown`. */
export const refuseUnknownVersion = (id: string, version: number): Failure =>
  refuse('entry.unknown', { params: { id: `${id}@${version}` } });
