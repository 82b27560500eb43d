import { refuse, refuseUnknown, sameContent } from '../failures.js';

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

/** A register item: its versions in order, 1 first, and their retirements as they were told. */
export type Register<A extends Version, R extends Version> =
  | { readonly is: 'none' }
  | {
      readonly is: 'adopted';
      readonly versions: readonly Readonly<A>[];
      /** Of two for one version the later counts. */
      readonly retired: readonly Readonly<R>[];
    };

export const versionsOf = <A extends Version, R extends Version>(register: Register<A, R>): readonly Readonly<A>[] =>
  register.is === 'none' ? [] : register.versions;

export const withVersion = <A extends Version, R extends Version>(
  register: Register<A, R>,
  version: Readonly<A>,
): Register<A, R> => ({
  is: 'adopted',
  versions: [...versionsOf(register), version],
  retired: register.is === 'none' ? [] : register.retired,
});

export const withRetirement = <A extends Version, R extends Version>(
  register: Register<A, R>,
  retirement: Readonly<R>,
): Register<A, R> => (register.is === 'none' ? register : { ...register, retired: [...register.retired, retirement] });

/**
 * Whether a retirement says something new of a version that was adopted.
 *
 * @throws Failure `<category>.unknown` where nothing was adopted, `entry.unknown` where this version was not.
 */
export const isNewRetirement = <A extends Version, R extends Version>(
  register: Register<A, R>,
  { category, id }: { readonly category: string; readonly id: string },
  wanted: Readonly<R>,
): boolean => {
  if (register.is === 'none') throw refuseUnknown(category, id);
  const { version } = wanted;
  if (!register.versions.some((known) => known.version === version))
    throw refuse('entry.unknown', { params: { id: `${id}@${version}` } });
  return !sameContent(
    register.retired.findLast((known) => known.version === version),
    wanted,
  );
};
